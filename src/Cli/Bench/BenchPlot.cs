using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench;

/// <summary>Where a bench draws.</summary>
internal static class BenchPlot
{
    public static Option<string?> Option() => new("--plot") { Description = "Where to draw (default: artifacts/bench of this repository, or of the current folder).", HelpName = "PNG" };

    /// <summary>The path that was named, whose folder is made; else a file in <c>artifacts/bench</c>.</summary>
    public static string Path(string? named, string name)
    {
        if (named is null)
        {
            return RepositoryFolder.Artifact(name);
        }

        var path = System.IO.Path.GetFullPath(named);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
