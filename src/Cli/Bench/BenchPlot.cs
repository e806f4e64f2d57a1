using System.CommandLine;

namespace Understudy.Cli.Bench;

/// <summary>Where a bench draws.</summary>
internal static class BenchPlot
{
    public static Option<string?> Option() => new("--plot") { Description = "Where to draw (default: artifacts/bench of this repository, or the current folder).", HelpName = "PNG" };

    /// <summary>The path that was named; else a file in <c>artifacts/bench</c> beside the nearest models folder upwards. Its folder is made.</summary>
    public static string Path(string? named, string name)
    {
        var path = System.IO.Path.GetFullPath(named ?? System.IO.Path.Combine(Artifacts(), name));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    private static string Artifacts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "artifacts", "bench");
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
