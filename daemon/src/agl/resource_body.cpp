#include "agl/resource_body.hpp"

#include "agl/fields.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

constexpr std::array<std::string_view, 3> engines{"jinja", "f-string", "poml"};
constexpr auto expected_tags = "'llm', 'proxy_llm', 'prompt_template'";

std::string read_llm(Value value, const std::string& tag, const Loc& loc, Problems& problems) {
  const Members members(value, {"endpoint", "model", "api_key", "sampling_parameters"});
  wire::ObjectText llm;
  llm.text("resource_type", tag)
      .text("endpoint", members.required_text("endpoint", loc, problems))
      .text("model", members.required_text("model", loc, problems))
      .text_or_null("api_key", members.text("api_key", loc, problems));
  const auto& parameters = members.given("sampling_parameters");
  if (parameters && check_object(*parameters, Loc(loc, "sampling_parameters"), problems))
    llm.raw("sampling_parameters", parameters->text());
  else
    llm.raw("sampling_parameters", "{}");
  return std::move(llm).done();
}

std::string read_template(Value value, const std::string& tag, const Loc& loc, Problems& problems) {
  const Members members(value, {"template", "engine"});
  wire::ObjectText text;
  text.text("resource_type", tag).text("template", members.required_text("template", loc, problems));
  if (const auto engine = members.required("engine", loc, problems))
    text.text("engine", read_choice(*engine, Loc(loc, "engine"), engines, problems).value_or(""));
  return std::move(text).done();
}

std::string read_resource(Value value, const Loc& loc, Problems& problems) {
  const auto given = value.find("resource_type");
  if (!given) {
    problems.add("union_tag_not_found", loc, "Unable to extract tag using discriminator 'resource_type'",
                 value.text(), wire::ObjectText{}.text("discriminator", "'resource_type'").done());
    return "{}";
  }
  const auto tag = given->is_string() ? given->string() : std::string(given->text());
  if (tag == "prompt_template") return read_template(value, tag, Loc(loc, tag), problems);
  if (tag == "llm" || tag == "proxy_llm") return read_llm(value, tag, Loc(loc, tag), problems);
  problems.add("union_tag_invalid", loc,
               "Input tag '" + tag +
                   "' found using 'resource_type' does not match any of the expected tags: " + expected_tags,
               value.text(),
               wire::ObjectText{}
                   .text("discriminator", "'resource_type'")
                   .text("tag", tag)
                   .text("expected_tags", expected_tags)
                   .done());
  return "{}";
}

}  // namespace

Result<std::string> read_resources(const RequestBody& body) {
  const Loc loc(body.root);
  Problems problems;
  if (body.empty) {
    problems.add("missing", loc, "Field required", "null");
    return bad(problems);
  }
  if (!check_object(body.value(), loc, problems)) return bad(problems);
  wire::ObjectText resources;
  body.value().members([&](std::string_view name, Value value) {
    std::string quoted("\"");
    quoted.append(name).append("\"");
    const auto key = Value(quoted).string();
    resources.raw(key, read_resource(value, Loc(loc, key), problems));
  });
  if (!problems.empty()) return bad(problems);
  return std::move(resources).done();
}

}  // namespace understudy::daemon::agl
