#pragma once

// What the running processor can execute. The builtins also ask the operating system whether it saves the wide
// registers (XGETBV), which a bare CPUID would not. On other architectures there is one level only.

static inline int vitals_cpu_has_x86_64_v3(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

static inline int vitals_cpu_has_x86_64_v4(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return vitals_cpu_has_x86_64_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl");
#else
    return 0;
#endif
}
