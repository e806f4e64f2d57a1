using Understudy.Inference;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>
/// The packages on this site's disk: <c>packages/{address}/</c> with its list beside it, whole; and <c>incoming/{address}/</c>, under way.
/// Used by one updater at a time.
/// </summary>
internal sealed class PackageShelf(string dataFolder)
{
    public string FolderOf(string address) => Path.Combine(dataFolder, "packages", address);

    public string IncomingOf(string address) => Path.Combine(dataFolder, "incoming", address);

    /// <summary>The package, or null when it is not here whole.</summary>
    public EdgePackage? Find(string address)
    {
        try
        {
            return Directory.Exists(FolderOf(address)) ? EdgePackage.Read(File.ReadAllBytes(ListOf(address)), address) : null;
        }
        catch (Exception error) when (error is IOException or PackageInvalidException)
        {
            return null;
        }
    }

    /// <summary>Takes in what came in whole: in one step, after its list.</summary>
    public void TakeIn(byte[] list, string address)
    {
        Remove(address);
        AtomicFile.Write(ListOf(address), list);
        Directory.Move(IncomingOf(address), FolderOf(address));
    }

    public void Remove(string address)
    {
        Delete(FolderOf(address));
        if (File.Exists(ListOf(address)))
        {
            File.Delete(ListOf(address));
        }
    }

    /// <summary>Where blocks lie on this disk, by hash.</summary>
    public IReadOnlyDictionary<string, (string Path, long Offset)> Blocks()
    {
        var blocks = new Dictionary<string, (string, long)>();
        foreach (var address in Addresses())
        {
            foreach (var file in Find(address)?.Files ?? [])
            {
                var (path, offset) = (Path.Combine(FolderOf(address), file.Name), 0L);
                foreach (var block in file.Blocks)
                {
                    blocks.TryAdd(block.Sha256, (path, offset));
                    offset += block.Bytes;
                }
            }
        }

        return blocks;
    }

    /// <summary>Deletes every package but those, and what came in for any other.</summary>
    public void Keep(IReadOnlyCollection<string> addresses)
    {
        foreach (var address in Addresses().Where(address => !addresses.Contains(address)).ToList())
        {
            Remove(address);
        }

        foreach (var folder in Folders("incoming").Where(folder => !addresses.Contains(Path.GetFileName(folder))).ToList())
        {
            Delete(folder);
        }
    }

    private IEnumerable<string> Addresses() => Folders("packages").Select(folder => Path.GetFileName(folder));

    private string[] Folders(string kind)
    {
        var folder = Path.Combine(dataFolder, kind);
        return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
    }

    private string ListOf(string address) => $"{FolderOf(address)}.json";

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
