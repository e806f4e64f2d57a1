namespace Understudy.Infrastructure.Tests;

internal static class Repository
{
    /// <summary>The folder of Serverless.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Serverless.sln is in no folder above the tests.");
        }

        return folder.FullName;
    }
}
