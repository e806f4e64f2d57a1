using System.Runtime.InteropServices;
using TorchSharp;

namespace Understudy.Training;

/// <summary>Sets up a process for a training.</summary>
internal static class TorchProcess
{
    /// <summary>Names the number of threads; otherwise there is one a core.</summary>
    private const string ThreadsVariable = "UNDERSTUDY_THREADS";

    // Of glibc's malloc.h.
    private const int TrimThreshold = -1, MapThreshold = -3;

    /// <summary>Tensors up to this size come from what is kept; older releases of glibc take no more than the second number.</summary>
    private const int LargestKept = 256 << 20, LargestKeptOnce = 32 << 20;

    private const int MostKept = 1 << 30;

    /// <summary>Sets the random numbers' seed and the threads, and lets freed memory be used again.</summary>
    /// <remarks>
    /// A training step frees tensors of some megabytes and asks for the same again at once. By default each goes back to the
    /// system and comes anew, a page fault for every 4 KB of it. Up to 1 GB is kept instead, until the process ends.
    /// </remarks>
    public static void Prepare(int seed)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
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
}
