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

/// A token that was given to somebody by name. Its value is told once; what is kept is a hash. Moments are
/// Unix milliseconds.
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

/// The named tokens that are good. No clock and no disk.
class NamedTokens {
 public:
  void add(NamedToken token) { tokens_.insert_or_assign(token.id, std::move(token)); }
  bool remove(std::string_view id);
  /// Whose value that is, if it has not expired. Takes the same time whatever is wrong with a value of that
  /// id.
  [[nodiscard]] const NamedToken* find_by_value(std::string_view value, std::int64_t now_ms) const;
  /// The token of that id, if it has not expired.
  [[nodiscard]] const NamedToken* find_by_id(std::string_view id, std::int64_t now_ms) const;
  /// It was used. True when that is worth writing down: once in a while.
  bool record_use(std::string_view id, std::int64_t now_ms);
  [[nodiscard]] std::vector<NamedToken> list() const;  ///< by name, also those that expired
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

 private:
  std::map<std::string, NamedToken, std::less<>> tokens_{};
  std::map<std::string, std::int64_t, std::less<>> written_{};  // last_used as it was last written down
};

}  // namespace understudy::daemon::http
