using System.Runtime.InteropServices;
using TorchSharp;

namespace Understudy.Training;

/// <summary>What holds for every training in this process.</summary>
internal static class TorchProcess
{
    /// <summary>Names the number of threads; otherwise there is one a core.</summary>
    public const string ThreadsVariable = "UNDERSTUDY_THREADS";

    // Of glibc's malloc.h.
    private const int TrimThreshold = -1, MapThreshold = -3;

    private const int LargestMapped = 256 << 20, MostKept = 1 << 30;

    /// <summary>Sets the random numbers' seed and the threads, and lets freed memory be used again.</summary>
    /// <remarks>
    /// A training step frees tensors of some megabytes and asks for the same again at once. By default each goes back to the
    /// system and comes anew, a page fault for every 4 KB of it: a quarter of a step's time. Up to 1 GB is kept instead.
    /// </remarks>
    public static void Prepare(int seed)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = SetAllocator(MapThreshold, LargestMapped);
                _ = SetAllocator(TrimThreshold, MostKept);
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
