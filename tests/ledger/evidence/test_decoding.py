"""FIL-00: encodings are found by content, and what is none of them is refused with its line."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.evidence import decoding
from ledger.evidence.decoding import decode, gunzip, unzip_texts

CHINESE = "流水号,受理时间,工号\n张三,李四,王五\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_fil_00_each_encoding_is_found_by_content(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding)) == (CHINESE, encoding)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff")))
def test_fil_00_utf_8_comes_back_whole(text: str) -> None:
    marked = decode(b"\xef\xbb\xbf" + text.encode())
    assert marked == (text, "utf-8-sig")


@given(st.text(st.sampled_from("营业厅流水号实收金额应收发票工号"), min_size=3))
def test_fil_00_chinese_in_gb18030_comes_back_whole(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "gb18030")


def test_fil_00_accents_in_utf_8_are_not_taken_for_chinese() -> None:
    assert decode("São Paulo, café".encode())[0] == "São Paulo, café"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_with_advice(encoding: str) -> None:
    with pytest.raises(BadInput, match="UTF-16") as refused:
        decode("txn_no,line_no,amount\n1,2,3\n".encode(encoding))
    assert "CSV UTF-8" in refused.value.message("zh")


def test_utf_8_cut_inside_a_character_names_the_line_and_is_not_taken_for_gbk() -> None:
    with pytest.raises(BadInput) as refused:
        decode("流水号,工号\n1,A01\n2,赵".encode()[:-1])
    assert refused.value.problems[0].line == 3


def test_bytes_that_are_no_text_name_their_line() -> None:
    with pytest.raises(BadInput) as refused:
        decode(b"a,b\n1,2\n\xff\xff\xff\n")
    assert refused.value.problems[0].line == 3


def test_a_nul_byte_names_its_line() -> None:
    with pytest.raises(BadInput, match="NUL") as refused:
        decode(b"a,b\n1,\x002\n")
    assert refused.value.problems[0].line == 2


def test_gzip_of_several_members_is_unpacked() -> None:
    assert gunzip(gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n")) == b"a,b\n1,2\n"


def test_a_gzip_cut_short_is_refused() -> None:
    packed = gzip.compress(CHINESE.encode() * 100)
    with pytest.raises(BadInput, match="damaged"):
        gunzip(packed[: len(packed) // 2])


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_TEXT_BYTES", 1_000_000)
    with pytest.raises(BadInput, match="in parts"):
        gunzip(gzip.compress(bytes(5_000_000)))


def _zip(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_only_texts_are_taken_from_an_archive() -> None:
    archive = _zip({"a.csv": b"1", "b.exe": b"2", "c/d.TXT": b"3"})
    assert unzip_texts(archive) == [("a.csv", b"1"), ("c/d.TXT", b"3")]


def test_an_archive_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_TEXT_BYTES", 1_000_000)
    with pytest.raises(BadInput, match="in parts"):
        unzip_texts(_zip({"a.csv": bytes(2_000_000)}))


def test_an_archive_cut_short_is_refused() -> None:
    archive = _zip({"a.csv": CHINESE.encode() * 50})
    with pytest.raises(BadInput, match="damaged"):
        unzip_texts(archive[:-30])
