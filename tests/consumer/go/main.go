// The C header from Go: an agent's key was refused, so the next task goes to tier 2.
package main

// #cgo pkg-config: understudy-failover
// #include <stdlib.h>
// #include "understudy/failover.h"
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"
)

// text gives a C function its argument as JSON; nil is NULL.
func text(value any) *C.char {
	if value == nil {
		return nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return C.CString(string(encoded))
}

// decode reads the answer of a C function into value, and frees it.
func decode(code C.int, answer *C.char, value any) error {
	defer C.understudy_free(answer)
	encoded := []byte(C.GoString(answer))
	if code == 0 {
		return json.Unmarshal(encoded, value)
	}
	var wrong struct{ Error string }
	if err := json.Unmarshal(encoded, &wrong); err != nil {
		return err
	}
	return errors.New(wrong.Error)
}

// Classify says what an outcome means.
func Classify(outcome any, now time.Time) (verdict map[string]any, err error) {
	argument := text(outcome)
	defer C.free(unsafe.Pointer(argument))
	var answer *C.char
	code := C.understudy_classify(argument, C.int64_t(now.UnixMilli()), &answer)
	return verdict, decode(code, answer, &verdict)
}

// Step is what an event made of an agent's state; keep State.
type Step struct {
	State        json.RawMessage
	Moved        bool
	Ledger       []struct{ Reason string }
	NextDeadline *int64 `json:"next_deadline"`
}

// Next says which tier comes next; state is nil at first.
func Next(policy, state, event any, now time.Time) (step Step, err error) {
	arguments := [3]*C.char{text(policy), text(state), text(event)}
	for _, argument := range arguments {
		defer C.free(unsafe.Pointer(argument))
	}
	var answer *C.char
	code := C.understudy_step(arguments[0], arguments[1], arguments[2], C.int64_t(now.UnixMilli()), &answer)
	return step, decode(code, answer, &step)
}

func main() {
	type tier = map[string]string
	policy := map[string]any{"provider_chain": []tier{
		{"provider": "anthropic", "model": "opus"}, {"provider": "deepseek", "model": "pro"}}}
	now := time.UnixMilli(1_800_000_000_000)

	verdict, err := Classify(map[string]any{"surface": "http", "status": 401, "body": "Invalid API key"}, now)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	step, err := Next(policy, nil, map[string]any{"type": "outcome", "verdict": verdict}, now)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var state struct {
		CurrentTier int `json:"current_tier"`
		Serving     struct{ Model string }
	}
	if err := json.Unmarshal(step.State, &state); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("tier %d, %s: %s\n", state.CurrentTier, state.Serving.Model, step.Ledger[0].Reason)
}
