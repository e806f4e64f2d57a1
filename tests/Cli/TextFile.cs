namespace Understudy.Cli.Tests;

internal static class TextFile
{
    /// <summary>Writes a file, in a folder that need not be there yet.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
