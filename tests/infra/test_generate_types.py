import pytest

from chalicelib.api.openapi import document
from infra import generate_types as module
from infra.build_page import BuildPageError
from infra.generate_types import TYPES, generated_types, main


@pytest.fixture(scope="module")
def types() -> str:
    return generated_types()


def test_the_page_s_types_are_those_of_the_api_s_description(types):
    assert TYPES.read_text() == types, "run python -m infra.generate_types"


def test_a_field_s_type_is_the_one_of_its_schema(types):
    _, _, item = types.partition("export interface Item {")
    item, _, _ = item.partition("\n}\n")

    assert '  file_type: "image" | "video";\n' in item
    assert "  width: number | null;\n" in item
    assert "  deleted_at?: string | null;\n" in item
    assert "  box: [number, number, number, number];\n" in types


def test_every_schema_that_the_page_may_ask_for_has_a_type(types):
    names = document()["components"]["schemas"].keys() - {"OpenApi"}

    for name in names:
        assert f"export interface {name} {{" in types or f"export type {name} =" in types, name


def test_the_command_writes_them_where_the_page_has_them(tmp_path, monkeypatch, capsys):
    written = tmp_path / "api-schema.ts"
    monkeypatch.setattr(module, "TYPES", written)

    assert main([]) == 0

    assert written.read_text() == TYPES.read_text()
    assert capsys.readouterr().out.strip() == str(written)


def test_what_no_type_can_be_made_of_leaves_the_types_as_they_are(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "TYPES", tmp_path / "api-schema.ts")
    broken = {"components": {"schemas": {"Item": {"$ref": "#/components/schemas/Nobody"}}}}
    monkeypatch.setattr(module, "document", lambda: broken)

    with pytest.raises(BuildPageError, match="Nobody"):
        generated_types()
    assert main([]) == 1

    assert list(tmp_path.iterdir()) == []
    assert "Nobody" in capsys.readouterr().err
