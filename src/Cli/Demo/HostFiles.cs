using Understudy.Cli.Shell;

namespace Understudy.Cli.Demo;

/// <summary>Finds the local host's program.</summary>
internal static class HostFiles
{
    public const string Variable = "UNDERSTUDY_HOST";

    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string Find() => BuiltProgram.Find("Understudy.LocalHost.dll", "LocalHost", Variable);
}
