using System.Runtime.InteropServices;
using TorchSharp;

namespace Understudy.Training;

/// <summary>Sets up a process for a training.</summary>
internal static class TorchProcess
{
    /// <summary>Names the number of threads; otherwise there is one a core.</summary>
    private const string ThreadsVariable = "UNDERSTUDY_THREADS";

    /// <summary>How often a thread of torch looks whether there is work before it sleeps; read when torch is loaded (libgomp).</summary>
    private const string SpinsVariable = "GOMP_SPINCOUNT";

    /// <summary>The same in words; whoever set it has decided.</summary>
    private const string WaitVariable = "OMP_WAIT_POLICY";

    private const string Spins = "1000";

    // Of glibc's malloc.h.
    private const int TrimThreshold = -1, MapThreshold = -3;

    /// <summary>Tensors up to this size come from what is kept; older releases of glibc take no more than the second number.</summary>
    private const int LargestKept = 256 << 20, LargestKeptOnce = 32 << 20;

    private const int MostKept = 1 << 30;

    /// <summary>Sets the random numbers' seed and the threads, and lets freed memory be used again. First in a process, before torch is loaded.</summary>
    /// <remarks>
    /// By default a thread that waits for the others spins for milliseconds. Where something else has their core, as in a host that serves while it
    /// trains, they cannot come meanwhile, and a training takes five times as long. They sleep soon instead.
    /// <para>
    /// A training step frees tensors of some megabytes and asks for the same again at once. By default each goes back to the
    /// system and comes anew, a page fault for every 4 KB of it. Up to 1 GB is kept instead, until the process ends.
    /// </para>
    /// </remarks>
    public static void Prepare(int seed)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                if (Environment.GetEnvironmentVariable(WaitVariable) is null)
                {
                    _ = SetVariable(SpinsVariable, Spins, overwrite: 0); // .NET's own copy of the environment is not seen by libraries
                }

                // The second alone would turn off what the allocator finds out by itself, and make things worse.
                if (SetAllocator(MapThreshold, LargestKept) == 1 || SetAllocator(MapThreshold, LargestKeptOnce) == 1)
                {
                    _ = SetAllocator(TrimThreshold, MostKept);
                }
            }
            catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
            {
                // Another C library than glibc, which has rules of its own.
            }
        }

        torch.random.manual_seed(seed);
        if (int.TryParse(Environment.GetEnvironmentVariable(ThreadsVariable), out var threads) && threads > 0)
        {
            torch.set_num_threads(threads);
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAllocator(int parameter, int value);

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
