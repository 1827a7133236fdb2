#include "agl/lists.hpp"

#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

constexpr std::array<std::string_view, 2> orders{"asc", "desc"};
constexpr std::array<std::string_view, 2> logics{"and", "or"};

}  // namespace

Page read_page(const RequestBody& body, std::optional<std::string> usual, Problems& problems) {
  const Loc loc(body.root);
  const Members members(body.value(), {"limit", "offset", "sort_by", "sort_order", "filter_logic"});
  Page page;
  if (const auto& limit = members.given("limit"))
    page.limit = read_integer(*limit, Loc(loc, "limit"), problems).value_or(-1);
  if (const auto& offset = members.given("offset"))
    page.offset = read_integer(*offset, Loc(loc, "offset"), problems).value_or(0);
  page.sort_by = members.given("sort_by") ? members.text("sort_by", loc, problems) : std::move(usual);
  if (const auto& order = members.given("sort_order"))
    page.descending = read_choice(*order, Loc(loc, "sort_order"), orders, problems) == "desc";
  if (const auto& logic = members.given("filter_logic"))
    if (read_choice(*logic, Loc(loc, "filter_logic"), logics, problems) == "or")
      page.logic = store::Logic::any_of;
  return page;
}

ListText::ListText(api::SpillSpace spill, Dialect dialect) : text_(std::move(spill)), dialect_(dialect) {
  text_.add(dialect == Dialect::draft ? "[" : R"({"items":[)");
}

bool ListText::add(std::string_view item) {
  if (++count_ > max_items) return false;
  if (count_ > 1) text_.add(",");
  return text_.add(item);
}

Result<http::Body> ListText::done(std::int64_t total, const Page& page,
                                  const std::optional<std::string>& next) {
  if (count_ > max_items)
    return bad(400, std::to_string(total) + " items match: ask for at most " + std::to_string(max_items) +
                        " at a time, with limit and offset");
  text_.add("]");
  if (dialect_ == Dialect::upstream) {
    wire::ObjectText further;
    further.integer("limit", page.limit).integer("offset", page.offset).integer("total", total);
    if (next) further.raw("next", *next);
    auto end = std::move(further).done();
    end.front() = ',';
    text_.add(end);
  }
  auto body = text_.done();
  if (!body) return std::unexpected(trouble_of(body.error()));
  return std::move(*body);
}

Trouble trouble_of(const api::LongAnswer::Trouble& trouble) {
  return {trouble.too_long ? 400 : 503, trouble.sentence, {}};
}

std::string cache_key(std::string_view list, const RequestBody& body, bool sees_agent_text, Dialect dialect) {
  std::string key(list);
  key.append(sees_agent_text ? " reader " : " client ").append(dialect == Dialect::draft ? "draft " : "agl ");
  return key.append(body.root).append(body.text);
}

}  // namespace understudy::daemon::agl
