// GET and POST /tokens, DELETE /tokens/{id}
#include <boost/json/value.hpp>

#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/subject.hpp"
#include "http/gate.hpp"
#include "http/respond.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

namespace json = boost::json;

constexpr std::size_t max_tokens = 1000;
constexpr std::size_t longest_name = 64;

wire::ObjectText members_of(const http::NamedToken& token) {
  wire::ObjectText text;
  text.text("id", token.id)
      .text("name", token.name)
      .text("role", http::to_string(token.role))
      .integer("created", token.created);
  if (token.expires) text.integer("expires", *token.expires);
  if (token.last_used) text.integer("last_used", *token.last_used);
  return text;
}

struct TokenRequest {
  std::string name{};
  http::Role role{http::Role::viewer};
  std::optional<std::int64_t> expires{};
};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && text::is_utf8(name) &&
         std::ranges::none_of(name, text::is_control);
}

std::expected<TokenRequest, std::vector<http::FieldProblem>> read_request(const json::value& body,
                                                                          std::int64_t now) {
  std::vector<http::FieldProblem> problems;
  TokenRequest wanted;
  if (!body.is_object()) return std::unexpected(std::vector<http::FieldProblem>{{"", "must be an object"}});
  const auto& object = body.get_object();
  const auto* name = object.if_contains("name");
  if (name != nullptr && name->is_string() && is_name(name->get_string()))
    wanted.name = name->get_string();
  else
    problems.push_back({"/name", "must be a text of 1 to 64 characters"});
  const auto* role = object.if_contains("role");
  const auto known =
      role != nullptr && role->is_string() ? http::parse_role(role->get_string()) : std::nullopt;
  if (known)
    wanted.role = *known;
  else
    problems.push_back({"/role", "must be operator, viewer or store"});
  if (const auto* expires = object.if_contains("expires"); expires != nullptr && !expires->is_null()) {
    if (expires->is_int64() && expires->get_int64() > now)
      wanted.expires = expires->get_int64();
    else
      problems.push_back({"/expires", "must be a future time in Unix milliseconds"});
  }
  for (const auto& member : object)
    if (member.key() != "name" && member.key() != "role" && member.key() != "expires")
      problems.push_back({"/" + std::string(member.key()), "is not known"});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return wanted;
}

}  // namespace

http::Response list_tokens(http::Request&, http::Gate& gate) {
  wire::ArrayText list;
  for (const auto& token : gate.tokens().list()) list.raw(members_of(token).done());
  return http::json(200, std::move(list).done());
}

AsyncResponse create_token(http::Request& request, fleet::Fleet& fleet, http::Gate& gate) {
  const auto body = http::parse_json_body(request);
  if (!body) co_return body.error();
  auto wanted = read_request(*body, now_ms(fleet));
  if (!wanted) co_return http::problem(422, "No token was made.", wanted.error());
  if (gate.tokens().size() >= max_tokens)
    co_return http::problem(409, "There are a thousand tokens already; revoke what nobody uses.");
  request.subject = wanted->name + " (" + std::string(http::to_string(wanted->role)) + ")";
  auto minted = http::mint(std::move(wanted->name), wanted->role, now_ms(fleet), wanted->expires);
  const auto& token = minted.token;
  fleet::What kept =
      fleet::StoreWrite{[row = store::TokenRow{.id = token.id,
                                               .name = token.name,
                                               .role = std::string(http::to_string(token.role)),
                                               .hash = token.hash,
                                               .created = token.created,
                                               .expires = token.expires}](fleet::Turn& turn) {
        turn.tx().put_token(row);
        return fleet::Answer("");
      }};
  const auto answer = co_await ask(fleet, std::move(kept));
  if (!answer) co_return refused(answer.error());
  if (gate.on_secret) gate.on_secret(minted.value);
  auto text = members_of(token).text("value", minted.value).done();
  gate.tokens().add(std::move(minted.token));
  co_return http::json(201, std::move(text));
}

AsyncResponse delete_token(http::Request& request, fleet::Fleet& fleet, http::Gate& gate) {
  const std::string id(request.param("id"));
  fleet::What gone = fleet::StoreWrite{[id](fleet::Turn& turn) -> fleet::Answer {
    if (turn.tx().remove_token(id)) return "";
    return std::unexpected(
        fleet::Refusal{fleet::RefusalKind::not_found, "There is no token with the id '" + id + "'."});
  }};
  gate.revoke(id);  // at once, not only when the disk has it
  co_return co_await ask_and_respond(fleet, std::move(gone), 204);
}

}  // namespace understudy::daemon::api
