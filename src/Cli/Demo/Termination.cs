using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Understudy.Cli.Demo;

/// <summary>Asks a process to end in good order, which <see cref="Process"/> has no call for.</summary>
internal static class Termination
{
    private const int SigTerm = 15;

    public static void Ask(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
            return;
        }

        _ = Signal(process.Id, SigTerm);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
