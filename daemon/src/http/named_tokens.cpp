#include "http/named_tokens.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "http/operator_token.hpp"
#include "text/hex.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::size_t id_bytes = 6;
constexpr std::size_t secret_bytes = 32;
constexpr std::int64_t save_interval_ms = 10 * 60'000;

constexpr std::array roles{std::pair{Role::store, std::string_view{"store"}},
                           std::pair{Role::viewer, std::string_view{"viewer"}},
                           std::pair{Role::operator_, std::string_view{"operator"}}};

bool is_valid(const NamedToken& token, std::int64_t now_ms) {
  return !token.expires || now_ms < *token.expires;
}

}  // namespace

std::string_view to_string(Role role) {
  for (const auto& [known, name] : roles)
    if (known == role) return name;
  return "?";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const auto& [role, name] : roles)
    if (name == text) return role;
  return std::nullopt;
}

Minted mint(std::string name, Role role, std::int64_t now_ms, std::optional<std::int64_t> expires) {
  Minted minted;
  auto& token = minted.token;
  token.id = text::random_hex(id_bytes);
  minted.value = std::string(wire::token_prefix) + token.id + "_" + text::random_hex(secret_bytes);
  token.name = std::move(name);
  token.role = role;
  token.hash = text::sha256_hex(minted.value);
  token.created = now_ms;
  token.expires = expires;
  return minted;
}

bool NamedTokens::remove(std::string_view id) {
  const auto known = tokens_.find(id);
  if (known == tokens_.end()) return false;
  saved_.erase(known->first);
  tokens_.erase(known);
  return true;
}

const NamedToken* NamedTokens::find_by_value(std::string_view value, std::int64_t now_ms) const {
  if (!value.starts_with(wire::token_prefix)) return nullptr;
  const auto rest = value.substr(wire::token_prefix.size());
  const auto* token = find_by_id(rest.substr(0, rest.find('_')), now_ms);
  return token != nullptr && constant_time_equal(token->hash, text::sha256_hex(value)) ? token : nullptr;
}

const NamedToken* NamedTokens::find_by_id(std::string_view id, std::int64_t now_ms) const {
  const auto known = tokens_.find(id);
  return known != tokens_.end() && is_valid(known->second, now_ms) ? &known->second : nullptr;
}

bool NamedTokens::record_use(std::string_view id, std::int64_t now_ms) {
  const auto known = tokens_.find(id);
  if (known == tokens_.end()) return false;
  known->second.last_used = now_ms;
  auto& saved = saved_[known->first];
  if (saved != 0 && now_ms < saved + save_interval_ms) return false;
  saved = now_ms;
  return true;
}

std::vector<NamedToken> NamedTokens::list() const {
  std::vector<NamedToken> all;
  for (const auto& [id, token] : tokens_) all.push_back(token);
  std::ranges::sort(all, {}, [](const NamedToken& token) { return std::tie(token.name, token.id); });
  return all;
}

}  // namespace understudy::daemon::http
