namespace Understudy.LocalHost.Storage;

/// <summary>Where Azurite keeps its data and where its program is.</summary>
/// <param name="Folder">The data; created when missing.</param>
/// <param name="Program">Azurite's blob service, a JavaScript file.</param>
/// <param name="Node">The Node.js executable.</param>
internal sealed record AzuriteOptions(string Folder, string Program, string Node)
{
    /// <summary>What Azurite gets to save in when it is to end. On a busy disk that takes a while, and what it has not saved by then is lost.</summary>
    public TimeSpan SavePatience { get; init; } = TimeSpan.FromSeconds(60);

    private const string ProgramInModules = "node_modules/azurite/dist/src/blob/main.js";

    /// <summary>Finds Node.js on the PATH, and Azurite in a <c>node_modules</c> at or above the given folders.</summary>
    /// <exception cref="StorageUnavailableException">One of them is missing.</exception>
    public static AzuriteOptions Find(string folder, params ReadOnlySpan<string> searchFrom)
    {
        var node = FindNode() ?? throw new StorageUnavailableException(
            "Node.js was not found on the PATH. The local blob storage (Azurite) needs it: install Node.js 20 or newer.");
        foreach (var start in searchFrom)
        {
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
            {
                var program = Path.Combine(at.FullName, ProgramInModules);
                if (File.Exists(program))
                {
                    return new(folder, program, node);
                }
            }
        }

        throw new StorageUnavailableException(
            $"Azurite is not installed: there is no {ProgramInModules} at or above {string.Join(" or ", searchFrom.ToArray())}. "
            + "Run 'npm ci' in the folder that holds package.json.");
    }

    private static string? FindNode()
    {
        var name = OperatingSystem.IsWindows() ? "node.exe" : "node";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
