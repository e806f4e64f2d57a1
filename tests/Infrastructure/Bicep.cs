using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Understudy.Infrastructure.Tests;

/// <summary>Runs the Bicep command line over <c>infra/bicep</c>.</summary>
internal static class Bicep
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "infra", "bicep");

    public static void SkipWhereItCannotRun()
        => Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64,
            "The Bicep command line that this project restores is for linux-x64.");

    /// <summary>What Bicep said, on either stream, and how it ended.</summary>
    public static (int ExitCode, string Output, string Diagnostics) Run(params string[] arguments) => Run(arguments, []);

    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables that a parameter file reads; the tests' own of that kind are not seen.</param>
    public static (int ExitCode, string Output, string Diagnostics) Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        var path = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "BicepPath").Value!;
        var start = new ProcessStartInfo(path.Replace('\\', '/'), arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("AZURE_", StringComparison.Ordinal) || key.StartsWith("UNDERSTUDY_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var diagnostics = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), diagnostics);
    }
}
