"""openapi_document.py DOCUMENT.yaml VERSION SOURCE.cpp: writes the document as JSON into a C++ source file."""

import json
import sys

import yaml

document_path, version, source_path = sys.argv[1:]
with open(document_path, encoding="utf-8") as file:
    document = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
document["info"]["version"] = version
text = json.dumps(document, separators=(",", ":"), allow_nan=False)
delimiter = "openapi"
assert f"){delimiter}\"" not in text
with open(source_path, "w", encoding="ascii") as file:
    # Both compilers take a literal of any length; the standard asks for 65,536 characters only.
    file.write(f'#include "api/openapi.hpp"\n\n#pragma GCC diagnostic ignored "-Woverlength-strings"\n\nnamespace understudy::daemon::api {{\n\n'
               f'const std::string_view openapi_document = R"{delimiter}({text}){delimiter}";\n\n'
               f'}}  // namespace understudy::daemon::api\n')
