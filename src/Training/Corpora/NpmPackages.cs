namespace Understudy.Training.Corpora;

/// <summary>Finds data that npm packages ship.</summary>
public static class NpmPackages
{
    /// <summary>The package's folder: in <c>UNDERSTUDY_NODE_MODULES</c>, else in a node_modules folder at or above the current folder or the program.</summary>
    /// <exception cref="PackageMissingException">It is in none of them.</exception>
    public static string Find(string package) =>
        Candidates().Select(modules => Path.Combine(modules, package)).FirstOrDefault(Directory.Exists)
        ?? throw new PackageMissingException(package);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("UNDERSTUDY_NODE_MODULES") is { Length: > 0 } named)
        {
            yield return named;
        }

        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                yield return Path.Combine(folder.FullName, "node_modules");
            }
        }
    }
}
