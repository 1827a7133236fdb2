#include "model_search.hpp"

#include <algorithm>
#include <deque>
#include <vector>

namespace model {
namespace {

struct Digest {
  std::uint64_t low{0}, high{0};
  bool operator==(const Digest&) const = default;
};

/// 128 bits: at ten million states two different worlds collide once in 10^24 runs.
Digest digest(const std::string& text) {
  Digest it{0x9e3779b97f4a7c15ULL, 0xc2b2ae3d27d4eb4fULL};
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    it.low = (it.low ^ byte) * 0x100000001b3ULL;
    it.high = (it.high + byte) * 0xff51afd7ed558ccdULL;
    it.high ^= it.high >> 29;
  }
  it.low ^= it.low >> 31;
  return it;
}

/// Open addressing over digests; a state's number is the order of its discovery.
class Seen {
 public:
  Seen() : slots_(1 << 16, empty) {}

  /// The state's number, and whether it is new.
  std::pair<std::uint32_t, bool> insert(const Digest& what) {
    if (digests_.size() * 2 > slots_.size()) grow();
    std::size_t at = what.low & (slots_.size() - 1);
    while (slots_[at] != empty) {
      if (digests_[slots_[at]] == what) return {slots_[at], false};
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = static_cast<std::uint32_t>(digests_.size());
    digests_.push_back(what);
    return {slots_[at], true};
  }
  [[nodiscard]] std::size_t size() const { return digests_.size(); }

 private:
  static constexpr std::uint32_t empty = 0xffffffff;

  void grow() {
    slots_.assign(slots_.size() * 2, empty);
    for (std::uint32_t number = 0; number < digests_.size(); ++number) {
      std::size_t at = digests_[number].low & (slots_.size() - 1);
      while (slots_[at] != empty) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = number;
    }
  }

  std::vector<std::uint32_t> slots_;
  std::vector<Digest> digests_;
};

struct Origin {
  std::uint32_t parent{0};
  std::uint8_t action{0};
};

struct Edge {
  std::uint32_t from{0}, to{0};
};

class Search {
 public:
  Search(const Setup& setup, std::size_t bound) : setup_{setup}, bound_{bound} {}

  Report run() {
    World first{setup_};
    visit(first, {0, 0});
    frontier_.push_back(std::move(first));
    for (std::uint32_t number = 0; !frontier_.empty() && report_.violation.empty(); ++number) {
      if (seen_.size() >= bound_) return finish(false);
      const World world = std::move(frontier_.front());
      frontier_.pop_front();
      expand(world, number);
    }
    if (report_.violation.empty()) check_rest();
    return finish(true);
  }

 private:
  std::pair<std::uint32_t, bool> visit(const World& world, Origin origin) {
    world.encode(text_);
    const auto found = seen_.insert(digest(text_));
    if (found.second) {
      origins_.push_back(origin);
      resting_.push_back(world.at_rest());
    }
    return found;
  }

  void expand(const World& world, std::uint32_t number) {
    for (std::uint8_t action = 0; action < World::action_count; ++action) {
      std::optional<World> next = world.after(setup_, action);
      if (!next) continue;
      if (next->violation()) {
        report_.violation = next->violation();
        report_.trace = trace(number).append(world.describe(action)).append("   → ").append(next->show());
        return;
      }
      const auto [to, fresh] = visit(*next, {number, action});
      if (World::fair(action)) edges_.push_back({number, to});
      if (fresh) frontier_.push_back(std::move(*next));
    }
  }

  /// Backwards from rest over the fair steps: what is not reached is stuck.
  void check_rest() {
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) { return a.to < b.to; });
    std::vector<std::uint32_t> todo;
    std::vector<bool> good = resting_;
    for (std::uint32_t number = 0; number < good.size(); ++number)
      if (good[number]) todo.push_back(number);
    while (!todo.empty()) {
      const std::uint32_t to = todo.back();
      todo.pop_back();
      auto edge = std::lower_bound(edges_.begin(), edges_.end(), to,
                                   [](const Edge& it, std::uint32_t target) { return it.to < target; });
      for (; edge != edges_.end() && edge->to == to; ++edge) {
        if (good[edge->from]) continue;
        good[edge->from] = true;
        todo.push_back(edge->from);
      }
    }
    const auto stuck = std::find(good.begin(), good.end(), false);
    if (stuck == good.end()) return;
    report_.violation = "Rest: states cannot reach it, ";
    report_.violation += std::to_string(std::count(good.begin(), good.end(), false));
    report_.trace = trace(static_cast<std::uint32_t>(stuck - good.begin()));
  }

  std::string trace(std::uint32_t number) const {
    std::vector<std::uint8_t> actions;
    for (; number != 0; number = origins_[number].parent) actions.push_back(origins_[number].action);
    std::string text;
    World world{setup_};
    for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
      text += world.describe(*action);
      world = *world.after(setup_, *action);
      text.append("   → ").append(world.show()).append("\n");
    }
    return text;
  }

  Report finish(bool exhausted) {
    report_.states = seen_.size();
    report_.exhausted = exhausted;
    return report_;
  }

  const Setup setup_;
  const std::size_t bound_;
  Seen seen_;
  std::deque<World> frontier_;
  std::vector<Origin> origins_;
  std::vector<bool> resting_;
  std::vector<Edge> edges_;
  std::string text_;
  Report report_;
};

}  // namespace

Report explore(const Setup& setup, std::size_t bound) {
  return Search{setup, bound}.run();
}

}  // namespace model
