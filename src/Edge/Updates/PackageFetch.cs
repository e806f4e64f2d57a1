using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>
/// Brings a package's files here. A block that lies on the disk already, in another package or in what an earlier attempt brought, does not
/// travel; neighbours that are missing travel in one read. Every block is checked before it counts.
/// </summary>
internal sealed class PackageFetch(SiteStore store, PackageShelf shelf)
{
    /// <summary>The longest read: what a broken line loses.</summary>
    private const int LongestRead = 1024 * 1024;

    /// <summary>Files whole, under <see cref="PackageShelf.IncomingOf"/>.</summary>
    /// <exception cref="PackageInvalidException">Content is missing, cut short or changed.</exception>
    /// <exception cref="Azure.RequestFailedException">The line broke; what came so far stays.</exception>
    public async Task RunAsync(EdgePackage package, string address, CancellationToken cancellationToken)
    {
        var local = shelf.Blocks();
        foreach (var file in package.Files)
        {
            var path = Path.Combine(shelf.IncomingOf(address), file.Name);
            await FetchAsync(file, path, local, cancellationToken);
        }
    }

    private async Task FetchAsync(PackageFile file, string path, IReadOnlyDictionary<string, (string Path, long Offset)> local, CancellationToken cancellationToken)
    {
        var part = $"{path}.part";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            File.Move(path, part, overwrite: true); // whole once, and maybe rotten since
        }

        using (var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite))
        {
            var resumed = stream.Length == file.Bytes;
            stream.SetLength(file.Bytes);
            List<(long Offset, List<PackageBlock> Blocks)> runs = [];
            var offset = 0L;
            foreach (var block in file.Blocks)
            {
                var here = (resumed && Holds(stream.SafeFileHandle, offset, block)) || Copy(local, block, stream.SafeFileHandle, offset);
                if (!here)
                {
                    Missing(runs, offset, block);
                }

                offset += block.Bytes;
            }

            foreach (var (start, blocks) in runs)
            {
                await ReadAsync(file, start, blocks, stream.SafeFileHandle, cancellationToken);
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }

    private static void Missing(List<(long Offset, List<PackageBlock> Blocks)> runs, long offset, PackageBlock block)
    {
        if (runs.Count > 0 && runs[^1] is var last && last.Blocks.Sum(b => b.Bytes) is var bytes && last.Offset + bytes == offset && bytes + block.Bytes <= LongestRead)
        {
            last.Blocks.Add(block);
        }
        else
        {
            runs.Add((offset, [block]));
        }
    }

    private async Task ReadAsync(PackageFile file, long offset, List<PackageBlock> blocks, SafeFileHandle part, CancellationToken cancellationToken)
    {
        var content = await store.ReadRangeAsync(file, offset, blocks.Sum(block => block.Bytes), cancellationToken);
        foreach (var block in blocks)
        {
            if (content.Length < block.Bytes)
            {
                throw new PackageInvalidException($"the content of '{file.Name}' was cut short at byte {offset + content.Length:N0} of {file.Bytes:N0}");
            }

            if (!Is(content.Span[..block.Bytes], block))
            {
                throw new PackageInvalidException($"the content of '{file.Name}' was changed: the block at byte {offset:N0} has another sha256 than was signed for");
            }

            RandomAccess.Write(part, content.Span[..block.Bytes], offset);
            content = content[block.Bytes..];
            offset += block.Bytes;
        }
    }

    private static bool Copy(IReadOnlyDictionary<string, (string Path, long Offset)> local, PackageBlock block, SafeFileHandle part, long offset)
    {
        if (!local.TryGetValue(block.Sha256, out var place))
        {
            return false;
        }

        try
        {
            using var source = File.OpenHandle(place.Path);
            var content = Read(source, place.Offset, block.Bytes);
            if (!Is(content, block))
            {
                return false; // it rotted here; it comes from the cloud again
            }

            RandomAccess.Write(part, content, offset);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool Holds(SafeFileHandle part, long offset, PackageBlock block) => Is(Read(part, offset, block.Bytes), block);

    private static ReadOnlySpan<byte> Read(SafeFileHandle file, long offset, int length)
    {
        var content = new byte[length];
        return content.AsSpan(0, RandomAccess.Read(file, content, offset));
    }

    private static bool Is(ReadOnlySpan<byte> content, PackageBlock block) =>
        content.Length == block.Bytes && Convert.ToHexStringLower(SHA256.HashData(content)) == block.Sha256;
}
