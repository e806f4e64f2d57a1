using System.Security.Cryptography;
using Understudy.Edge.Updates;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Tests.Updates;

/// <summary>Files of a few hundred blocks.</summary>
public sealed class FetchTests(CloudFixture cloud) : EdgeTest(cloud)
{
    private const int Bytes = 3_000_000;

    /// <summary>So many that there is a middle to break off in, on a fast machine too.</summary>
    private const int ManyBytes = 24_000_000;

    [Fact]
    public async Task Run_BrokenOffInTheMiddle_GoesOnWhereItWas()
    {
        var content = Content(seed: 1, ManyBytes);
        var (package, address) = await PutAsync(content);
        await using var site = Site();
        var (store, fetch) = (site.Service<SiteStore>(), new PackageFetch(site.Service<SiteStore>(), site.Service<PackageShelf>()));
        using var breaking = new CancellationTokenSource();

        var first = fetch.RunAsync(package, address, breaking.Token);
        while (store.BytesRead == 0 && !first.IsCompleted)
        {
            await Task.Yield();
        }

        await breaking.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var before = store.BytesRead;
        await fetch.RunAsync(package, address, Cancelled);

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(site.Service<PackageShelf>().IncomingOf(address), "weights.bin"), Cancelled));
        Assert.InRange(store.BytesRead, ManyBytes, ManyBytes + (2 * 1024 * 1024)); // the reads that were under way are lost, no more
        Assert.True(before > 0 && store.BytesRead - before < ManyBytes);
    }

    [Fact]
    public async Task Run_PartOfTheFileChanged_BringsThatPart()
    {
        var content = Content(seed: 2);
        var (package, address) = await PutAsync(content);
        await using var site = Site();
        var (store, shelf) = (site.Service<SiteStore>(), site.Service<PackageShelf>());
        await new PackageFetch(store, shelf).RunAsync(package, address, Cancelled);
        shelf.TakeIn(package.Write(), address);
        byte[] changed = [.. content[..1_000_000], .. Content(seed: 3)[..100_000], .. content[1_050_000..]]; // 50 KB give way to 100 KB: everything after moves
        var (next, nextAddress) = await PutAsync(changed);
        var before = store.BytesRead;

        await new PackageFetch(store, shelf).RunAsync(next, nextAddress, Cancelled);

        Assert.Equal(changed, await File.ReadAllBytesAsync(Path.Combine(shelf.IncomingOf(nextAddress), "weights.bin"), Cancelled));
        Assert.InRange(store.BytesRead - before, 100_000, 100_000 + (3 * BlockCutter.Most));
    }

    private static byte[] Content(int seed, int bytes = Bytes)
    {
        var content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    private async Task<(EdgePackage Package, string Address)> PutAsync(byte[] content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        await Cloud.WriteAsync(SiteFolder.FileBlob(Name, hash), content);
        PackageFile[] files = [new("weights.bin", hash, content.Length, BlockCutter.Cut(content)), .. new[] { EdgePackage.TaskFile, EdgePackage.SamplesFile, "1/release.json", "1/release.sig" }.Select(Empty)];
        var package = new EdgePackage { Task = "mail", Version = "1", Release = hash, Files = files };
        return (package, EdgePackage.AddressOf(package.Write()));
    }

    private static PackageFile Empty(string name) => new(name, Convert.ToHexStringLower(SHA256.HashData([])), 0, []);
}
