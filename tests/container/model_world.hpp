#pragma once
// One instance driven by the product's own step(), a container engine with Docker's or podman's answers, and
// everything that can go wrong between them. Small enough that every reachable state can be visited.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "../../libcontainer/src/protections.hpp"

namespace model {

using namespace understudy::container;

/// A vector without a heap: worlds are copied millions of times.
template <class T, std::size_t Room>
class Few {
 public:
  void push(const T& item) { items_.at(size_++) = item; }
  void erase(std::size_t at) {
    for (std::size_t i = at + 1; i < size_; ++i) items_[i - 1] = items_[i];
    --size_;
  }
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  T& operator[](std::size_t at) { return items_[at]; }
  const T& operator[](std::size_t at) const { return items_[at]; }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + size_; }
  [[nodiscard]] const T* begin() const { return items_.data(); }
  [[nodiscard]] const T* end() const { return items_.data() + size_; }

 private:
  std::array<T, Room> items_{};
  std::uint8_t size_{0};
};

/// How often each thing may happen in one run.
struct Budget {
  std::uint8_t acquires{0}, crashes{0}, timeouts{0}, tiers{0}, restarts{0}, losses{0}, strangers{0},
      freezes{0};
};

enum class Run : std::uint8_t { none, stopped, running, stopping, paused };

/// A request the engine has and will carry out, whether or not anybody still waits for its answer.
struct Request {
  OpKind kind{OpKind::inspect};
  std::uint8_t epoch{0};
  std::uint8_t container{0};  ///< 0: by name
  std::uint8_t generation{0};
  bool begun{false};  ///< a stop that has sent its signal
};

struct Reply {
  OpKind kind{OpKind::inspect};
  std::uint8_t epoch{0};
  Answer answer{Answer::ok};
  Run seen{Run::none};
  std::uint8_t container{0}, generation{0}, life{0};
};

struct Notice {
  enum class What : std::uint8_t { started, died, changed } what{What::started};
  std::uint8_t container{0}, life{0};
};

struct Setup {
  Protections protections{};
  Budget budget{};
  bool docker{true};   ///< else podman
  bool stamped{true};  ///< notices say which life; Docker's do not
  bool ephemeral{false};
};

[[nodiscard]] inline Spec spec(std::uint8_t generation) {
  return {generation, "h"};
}
[[nodiscard]] inline bool is_query(OpKind kind) {
  return kind == OpKind::inspect || kind == OpKind::probe;
}

/// The one moment of a world without time.
inline constexpr Steady present{std::chrono::hours{1000}};

/// Containers are c1, c2 …, lives s1, s2 …; 0 is none.
[[nodiscard]] inline std::string named(char kind, std::uint64_t id) {
  if (id == 0) return {};
  if (id < 10) return {kind, static_cast<char>('0' + id)};
  return std::string(1, kind).append(std::to_string(id));
}
[[nodiscard]] inline std::uint8_t number(const std::string& name) {
  unsigned value = 0;
  for (std::size_t i = 1; i < name.size(); ++i) value = value * 10 + static_cast<unsigned>(name[i] - '0');
  return static_cast<std::uint8_t>(value);
}

class World {
 public:
  explicit World(const Setup& setup);

  /// Actions are numbered; a number that is not possible here gives nullopt.
  static constexpr std::uint8_t action_count = 52;
  [[nodiscard]] std::optional<World> after(const Setup& setup, std::uint8_t action) const;
  /// Happens by itself sooner or later; the others are bad luck or somebody's wish.
  [[nodiscard]] static bool fair(std::uint8_t action);
  [[nodiscard]] std::string describe(std::uint8_t action) const;

  [[nodiscard]] const char* violation() const { return violation_; }
  [[nodiscard]] bool at_rest() const;
  /// Everything the future depends on, and nothing else.
  void encode(std::string& out) const;
  [[nodiscard]] std::string show() const;

 private:
  [[nodiscard]] bool plausible(std::uint8_t action) const;  ///< a quick no, before anything is copied
  bool act(const Setup& setup, std::uint8_t action);
  bool mishap(const Setup& setup, std::uint8_t action);
  bool engine_works(const Setup& setup, std::size_t index);
  void engine_mutates(const Setup& setup, std::size_t index);
  void tell(const Setup& setup, const Event& event, Steady at);
  void deliver(const Setup& setup, const Reply& reply);
  void take(const Effect& effect);
  void check_step(const Instance& before, const Step& step);
  void check_single_use(const Step& step);
  void check_state();
  void restart(const Setup& setup);
  void expect(bool holds, const char* name) {
    if (!holds && !violation_) violation_ = name;
  }
  void forget_time();
  void rename();
  [[nodiscard]] bool quiet() const { return replies_.empty() && notices_.empty(); }
  [[nodiscard]] bool roomy() const { return replies_.size() + notices_.size() < 4 && requests_.size() < 6; }
  [[nodiscard]] Sighting sighting(Run run, std::uint8_t container, std::uint8_t generation, std::uint8_t life,
                                  bool docker) const;

  Instance instance_;
  Budget left_;
  Run run_{Run::none};
  std::uint8_t container_{0}, generation_{0}, life_{0};  ///< what the engine has
  std::uint8_t served_{0};  ///< the container that has had a lease, while it matters
  Few<Request, 8> requests_;
  Few<Reply, 8> replies_;
  Few<Notice, 8> notices_;
  bool dying_{false};  ///< the daemon dies between the commit of this step and its effects
  bool effects_lost_{false};
  const char* violation_{nullptr};
};

}  // namespace model
