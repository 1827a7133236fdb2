// libcontainer alone.
#include <cstdio>

#include "understudy/container/step.hpp"

int main() {
  const auto name = understudy::container::to_string(understudy::container::Phase::ready);
  std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
}
