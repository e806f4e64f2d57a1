using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests;

/// <summary>What the cloud does, and what somebody could do who can write to a site's folder but has no key.</summary>
internal sealed class Cloud(TestHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// Points the site to a release, as a rollout does, but in no order with others: tests that run beside this one point their own sites of
    /// the same task.
    /// </summary>
    public async Task<OfferedSite> OfferAsync(string site, string version)
    {
        var archive = host.Service<PackageArchive>();
        var (list, address) = await archive.EnsureAsync(TestModels.Task, version, withLead: false, Cancelled);
        var offered = await host.Service<SiteFolders>().OfferAsync(
            site, EdgePackage.Read(list, address), list, address, DateTimeOffset.MaxValue, hash => archive.ContentAsync(TestModels.Task, version, hash, Cancelled), Cancelled);
        return Assert.IsType<OfferedSite>(offered);
    }

    /// <summary>Points the site, with a good signature, to a package that was changed before it was signed for.</summary>
    public async Task OfferChangedAsync(string site, string version, Func<string, byte[], byte[]> change)
    {
        var packed = await PackageWriter.PackAsync(host.Service<ReleaseCatalog>(), TestModels.Task, version, withLead: false, Cancelled);
        List<PackageFile> files = [];
        var contents = new Dictionary<string, byte[]>();
        foreach (var file in packed.Package.Files)
        {
            var content = change(file.Name, packed.Contents[file.Sha256]);
            var blocks = BlockCutter.Cut(content);
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
            files.Add(new(file.Name, hash, content.Length, blocks));
            contents[hash] = content;
        }

        var package = packed.Package with { Files = files };
        var list = package.Write();
        await host.Service<SiteFolders>().OfferAsync(
            site, package, list, EdgePackage.AddressOf(list), DateTimeOffset.MaxValue, hash => Task.FromResult(new BinaryData(contents[hash])), Cancelled);
    }

    public async Task<byte[]> ReadAsync(string blob) => (await host.Blob(BlobContainers.Edge, blob).DownloadContentAsync(Cancelled)).Value.Content.ToArray();

    public Task WriteAsync(string blob, byte[] content) => host.Blob(BlobContainers.Edge, blob).UploadAsync(new BinaryData(content), overwrite: true, Cancelled);

    public async Task<SiteFolder> FolderAsync(string site) => SiteFolder.Read(await ReadAsync(SiteFolder.BlobOf(site)));

    public Task WriteFolderAsync(string site, SiteFolder folder) => WriteAsync(SiteFolder.BlobOf(site), folder.Write());

    /// <summary>The package that the site is pointed to.</summary>
    public async Task<(EdgePackage Package, string Address)> PackageAsync(string site)
    {
        var address = (await FolderAsync(site)).Tasks[TestModels.Task].Current.Manifest!;
        return (EdgePackage.Read(await ReadAsync(SiteFolder.PackageBlob(site, address)), address), address);
    }

    /// <summary>The blob that holds a file of that package.</summary>
    public async Task<string> BlobOfAsync(string site, string file)
    {
        var (package, _) = await PackageAsync(site);
        return SiteFolder.FileBlob(site, package.Files.First(one => one.Name.EndsWith(file, StringComparison.Ordinal)).Sha256);
    }

    /// <summary>What the site last reported; null for nothing.</summary>
    public Task<SiteStatus?> StatusAsync(string site) => host.Service<SiteReports>().StatusAsync(site, TestModels.Task, Cancelled);

    public Task WriteStatusAsync(SiteStatus status) => host.Blob(BlobContainers.EdgeReports, SiteFolder.StatusBlob(status.Site, status.Task))
        .UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(status, SiteJson.Options)), overwrite: true, Cancelled);

    public Task IntroduceAsync(string site) => host.Blob(BlobContainers.EdgeReports, SiteFolder.PresenceBlob(site))
        .UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(new SitePresence(site, [], DateTimeOffset.UnixEpoch), SiteJson.Options)), overwrite: true, Cancelled);

    /// <summary>Says something in the task's definition, and waits until the release is loaded under it.</summary>
    public async Task DefineAsync(string version, string field, JsonNode? value)
    {
        var path = Path.Combine(host.Settings.ModelsFolder, TestModels.Task, "task.json");
        var task = JsonNode.Parse(await File.ReadAllTextAsync(path, Cancelled))!;
        task[field] = value;
        var written = JsonSerializer.SerializeToUtf8Bytes(task);
        await File.WriteAllBytesAsync(path, written, Cancelled);
        await Eventually.TrueAsync(
            () =>
            {
                using var lease = host.Service<ReleaseCatalog>().Acquire(TestModels.Task, version);
                return Task.FromResult(lease.Release.DefinitionHash == ReleaseSignature.AddressOf(written));
            },
            "the release is loaded under it");
    }

    /// <summary>A key that nobody trusts.</summary>
    public static IReleaseSigner Stranger()
    {
        using var folder = new TemporaryFolder();
        return PemSigner.Create(folder.At("stranger.pem"));
    }
}
