from tests.backoffice.test_printing import *
def test_x():
    p=print_it(ordinary_day(),"zh")
    print(re.findall(rb".{10}Date.{60}",p,re.S), len(p))
    raise SystemError
