#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::http {

enum class Role : std::uint8_t { store, viewer, operator_ };
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

/// A token issued under a name. Its value is shown once; only a hash is kept. Times are Unix milliseconds.
struct NamedToken {
  std::string id{};
  std::string name{};
  Role role{Role::viewer};
  std::string hash{};
  std::int64_t created{0};
  std::optional<std::int64_t> expires{};
  std::optional<std::int64_t> last_used{};
};

struct Minted {
  NamedToken token{};
  std::string value{};  ///< "ust_<id>_<64 hex digits>"
};
[[nodiscard]] Minted mint(std::string name, Role role, std::int64_t now_ms,
                          std::optional<std::int64_t> expires);

/// All named tokens. No clock and no disk.
class NamedTokens {
 public:
  void add(NamedToken token) { tokens_.insert_or_assign(token.id, std::move(token)); }
  bool remove(std::string_view id);
  /// The token with this value, if it has not expired. Takes constant time for all values with its id.
  [[nodiscard]] const NamedToken* find_by_value(std::string_view value, std::int64_t now_ms) const;
  /// The token of that id, if it has not expired.
  [[nodiscard]] const NamedToken* find_by_id(std::string_view id, std::int64_t now_ms) const;
  /// True when this use should be saved: once in a while.
  bool record_use(std::string_view id, std::int64_t now_ms);
  [[nodiscard]] std::vector<NamedToken> list() const;  ///< by name, expired ones too
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

 private:
  std::map<std::string, NamedToken, std::less<>> tokens_{};
  std::map<std::string, std::int64_t, std::less<>> saved_{};  // last_used as last saved
};

}  // namespace understudy::daemon::http
