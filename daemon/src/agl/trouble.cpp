#include "agl/trouble.hpp"

#include <fmt/format.h>

#include "api/ask.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

/// Keeps an answer from growing with the size of the input times the number of problems.
constexpr std::size_t max_input = 4096;

std::string shown(std::string_view input) {
  if (input.size() <= max_input) return std::string(input);
  return wire::quoted("(" + std::to_string(input.size()) + " bytes)");
}

std::string problem_list(const std::vector<Problem>& problems) {
  wire::ArrayText list;
  for (const auto& problem : problems) {
    wire::ObjectText one;
    one.text("type", problem.type)
        .raw("loc", problem.loc)
        .text("msg", problem.message)
        .raw("input", problem.input);
    if (!problem.context.empty()) one.raw("ctx", problem.context);
    list.raw(std::move(one).done());
  }
  return std::move(list).done();
}

}  // namespace

void Loc::append_json(std::string& out) const {
  if (parent_) {
    parent_->append_json(out);
    out += ',';
  }
  if (is_index_)
    out += std::to_string(index_);
  else
    wire::append_string(out, key_);
}

std::string Loc::json() const {
  std::string out = "[";
  append_json(out);
  out += ']';
  return out;
}

std::string Loc::pointer() const {
  if (!parent_) return {};
  auto out = parent_->pointer();
  out += '/';
  out += is_index_ ? std::to_string(index_) : std::string(key_);
  return out;
}

void Problems::add(std::string_view type, const Loc& loc, std::string message, std::string_view input,
                   std::string context) {
  if (full()) return;
  list_.push_back(
      {std::string(type), loc.json(), loc.pointer(), std::move(message), shown(input), std::move(context)});
}

void Problems::missing(const Loc& loc, std::string_view object) {
  add("missing", loc, "Field required", loc.root() == "query" ? "null" : object);
}

void Problems::no_object(const Loc& loc, std::string_view input) {
  add("model_attributes_type", loc, "Input should be a valid dictionary or object to extract fields from",
      input);
}

void Problems::too_long(const Loc& loc, std::size_t max, std::size_t size, std::string_view list,
                        std::string context) {
  add("too_long", loc, fmt::format("List should have at most {} items after validation, not {}", max, size),
      list, std::move(context));
}

Trouble trouble_of(const fleet::Refusal& refusal) {
  return {api::status_of(refusal.kind, 400), refusal.detail, {}};
}

http::Response render(const Trouble& trouble, Dialect dialect) {
  if (dialect == Dialect::draft) {
    std::vector<http::FieldProblem> fields;
    for (const auto& problem : trouble.problems) fields.push_back({problem.pointer, problem.message});
    return http::problem(trouble.status,
                         trouble.problems.empty() ? trouble.detail : "The request cannot be taken as it is.",
                         fields);
  }
  auto response =
      http::json(trouble.status, wire::ObjectText{}
                                     .raw("detail", trouble.problems.empty() ? wire::quoted(trouble.detail)
                                                                             : problem_list(trouble.problems))
                                     .done());
  if (trouble.status == 401) response.headers.set("WWW-Authenticate", http::challenge);
  return response;
}

http::Response render_refusal(const http::Request&, int status, std::string_view detail) {
  const auto text = status == 404 ? "Not Found" : status == 405 ? "Method Not Allowed" : detail;
  return http::json(status, wire::ObjectText{}.text("detail", text).done());
}

}  // namespace understudy::daemon::agl
