using System.Text;
using Understudy.Hosting;
using Understudy.Inference;

namespace Understudy.Edge;

/// <summary>An agent's data folder is one agent's at a time and one site's for good: what it holds would be taken for another's.</summary>
internal static class DataFolder
{
    public const string LockFile = "agent.lock", SiteFile = "site";

    /// <summary>Takes the folder for this agent, and binds it to its site where it is none's yet.</summary>
    /// <returns>What holds it until it is disposed, or the process ends.</returns>
    /// <exception cref="EdgeSettingsException">Another agent works in it, or it is another site's.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FileLock Take(EdgeSettings settings)
    {
        PrivateFolder.Create(settings.DataFolder);
        var held = FileLock.TryTake(Path.Combine(settings.DataFolder, LockFile))
            ?? throw new EdgeSettingsException([$"--data: '{settings.DataFolder}' is in use by another agent. Stop it, or give this one a folder of its own."]);
        try
        {
            Bind(settings);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static void Bind(EdgeSettings settings)
    {
        var path = Path.Combine(settings.DataFolder, SiteFile);
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(settings.Site));
        }
        else if (File.ReadAllText(path).Trim() is var site && site != settings.Site)
        {
            throw new EdgeSettingsException([$"--data: '{settings.DataFolder}' is the folder of site '{site}', and this is '{settings.Site}'. Give this agent a folder of its own, or empty that one."]);
        }
    }
}
