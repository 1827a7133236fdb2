/* The C header as a program: an agent's key was refused, so the next task goes to tier 2. */
#include <stdio.h>
#include <string.h>

#include "understudy/failover.h"

static const char* policy =
    "{\"provider_chain\": [{\"provider\": \"anthropic\", \"model\": \"opus\"},"
    " {\"provider\": \"deepseek\", \"model\": \"pro\"}]}";

int main(void) {
  const int64_t now_ms = INT64_C(1800000000000);
  char event[1024];
  char *verdict = NULL, *step = NULL, *nothing = NULL;
  int wrong = 0;

  if (understudy_classify("{\"surface\": \"http\", \"status\": 401, \"body\": \"Invalid API key\"}", now_ms,
                          &verdict) != UNDERSTUDY_OK)
    wrong = 1;
  snprintf(event, sizeof event, "{\"type\": \"outcome\", \"verdict\": %s}", verdict);
  if (understudy_step(policy, NULL, event, now_ms, &step) != UNDERSTUDY_OK) wrong = 1;
  if (strstr(step, "\"serving\":{\"provider\":\"deepseek\",\"model\":\"pro\"}") == NULL) wrong = 1;
  if (understudy_step("{", NULL, NULL, now_ms, &nothing) != UNDERSTUDY_INVALID) wrong = 1;
  puts(step);
  puts(nothing);
  understudy_free(verdict);
  understudy_free(step);
  understudy_free(nothing);
  return wrong;
}
