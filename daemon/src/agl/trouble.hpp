#pragma once
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/message.hpp"
#include "http/types.hpp"

/// Why a request was refused, and how each dialect renders that.
namespace understudy::daemon::agl {

/// /v1/agl answers like the reference server; the unprefixed routes answer with plain lists and problems.
enum class Dialect { upstream, draft };

/// A value's location: "body", "rollouts", 0, "input". A chain on the stack.
class Loc {
 public:
  explicit Loc(std::string_view root) : key_(root) {}
  Loc(const Loc& parent, std::string_view key) : parent_(&parent), key_(key) {}
  Loc(const Loc& parent, std::size_t index) : parent_(&parent), index_(index), is_index_(true) {}

  [[nodiscard]] std::string json() const;     ///< ["body","rollouts",0,"input"]
  [[nodiscard]] std::string pointer() const;  ///< /rollouts/0/input
  [[nodiscard]] std::string_view root() const { return parent_ ? parent_->root() : key_; }

 private:
  void append_json(std::string& out) const;
  const Loc* parent_{nullptr};
  std::string_view key_{};
  std::size_t index_{0};
  bool is_index_{false};
};

/// One problem of a request, in pydantic 2's terms.
struct Problem {
  std::string type{};
  std::string loc{};      ///< JSON
  std::string pointer{};  ///< the same for people
  std::string message{};
  std::string input{};    ///< JSON
  std::string context{};  ///< JSON, or empty
};

class Problems {
 public:
  static constexpr std::size_t most = 100;

  void add(std::string_view type, const Loc& loc, std::string message, std::string_view input,
           std::string context = {});
  /// A required member is missing in `object`.
  void missing(const Loc& loc, std::string_view object);
  void no_object(const Loc& loc, std::string_view input);
  void too_long(const Loc& loc, std::size_t max, std::size_t size, std::string_view list,
                std::string context = {});
  [[nodiscard]] bool empty() const { return list_.empty(); }
  /// Further problems are dropped, so checks may stop.
  [[nodiscard]] bool full() const { return list_.size() >= most; }
  [[nodiscard]] std::vector<Problem> take() { return std::move(list_); }

 private:
  std::vector<Problem> list_;
};

struct Trouble {
  int status{500};
  std::string detail{};  ///< a sentence; for a 422, `problems` instead
  std::vector<Problem> problems{};
};

template <class T>
using Result = std::expected<T, Trouble>;

[[nodiscard]] inline std::unexpected<Trouble> bad(Problems& problems) {
  return std::unexpected(Trouble{422, {}, problems.take()});
}
[[nodiscard]] inline std::unexpected<Trouble> bad(int status, std::string detail) {
  return std::unexpected(Trouble{status, std::move(detail), {}});
}

[[nodiscard]] Trouble trouble_of(const fleet::Refusal& refusal);
[[nodiscard]] http::Response render(const Trouble& trouble, Dialect dialect);
/// For refusals by the HTTP layer itself under /v1/.
[[nodiscard]] http::Response render_refusal(const http::Request& request, int status,
                                            std::string_view detail);

}  // namespace understudy::daemon::agl
