namespace Understudy.Cli.Shell;

/// <summary>Where the repository lies: what a bench writes goes to its <c>artifacts</c>.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder with the solution, at or above this program or the current folder; else the current folder.</summary>
    public static string Find() => Upwards(AppContext.BaseDirectory) ?? Upwards(Directory.GetCurrentDirectory()) ?? Directory.GetCurrentDirectory();

    /// <summary>A file in <c>artifacts/bench</c>, whose folder is made.</summary>
    public static string Artifact(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Find(), "artifacts", "bench")).FullName, name);

    private static string? Upwards(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
