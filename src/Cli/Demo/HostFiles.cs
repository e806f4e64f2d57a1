using Understudy.Cli.Shell;

namespace Understudy.Cli.Demo;

/// <summary>Finds the local host's program.</summary>
internal static class HostFiles
{
    public const string Variable = "UNDERSTUDY_HOST";

    private const string Program = "Understudy.LocalHost.dll";

    /// <summary>The one named in <c>UNDERSTUDY_HOST</c>, else one beside this program, else one built in the same repository.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string Find() => Candidates().FirstOrDefault(File.Exists) ?? throw new CommandFailedException(
        $"The local host's program, {Program}, was not found. Build src/LocalHost, or name the file in {Variable}.");

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            yield return Path.GetFullPath(named);
        }

        yield return Path.Combine(AppContext.BaseDirectory, Program);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var configuration in new[] { "Release", "Debug" })
            {
                yield return Path.Combine(folder.FullName, "src", "LocalHost", "bin", configuration, "net10.0", Program);
            }
        }
    }
}
