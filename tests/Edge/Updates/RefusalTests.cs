using System.Text;
using Understudy.Edge.Updates;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Updates;

/// <summary>What was changed, cut short, put back, or not signed never serves; what served goes on, and the record says why.</summary>
public sealed class RefusalTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Fact]
    public async Task Look_PointerOfAnotherRelease_IsRefused()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await ChangeCurrentAsync(pointer => pointer with { Version = TestModels.Second });

        await AssertRefusedAsync("no key that is trusted here signed the pointer");
    }

    [Fact]
    public async Task Look_PointerSignedByAStranger_IsRefused()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await ChangeCurrentAsync(pointer => ChannelPointer.Next(
            TestModels.Task, SiteFolder.ChannelOf(Name), pointer, pointer.Version, pointer.Manifest, pointer.MovedAt, Cloud.Stranger()));

        await AssertRefusedAsync("no key that is trusted here signed the pointer");
    }

    [Fact]
    public async Task Look_PointerOfAnotherSite_IsRefused()
    {
        await Cloud.OfferAsync("lighthouse", TestModels.First);
        await Cloud.WriteAsync(SiteFolder.BlobOf(Name), await Cloud.ReadAsync(SiteFolder.BlobOf("lighthouse")));

        await AssertRefusedAsync("for this site");
    }

    [Fact]
    public async Task Look_OlderPointerPutBack_GoesOnServingTheNewerReleaseAlsoAfterARestart()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var old = await Cloud.ReadAsync(SiteFolder.BlobOf(Name));
        await using (var site = Site())
        {
            await site.LookAsync();
            await Cloud.OfferAsync(Name, TestModels.Second);
            await site.LookAsync();
            await Cloud.WriteAsync(SiteFolder.BlobOf(Name), old);
            await site.LookAsync();

            AssertServes(site, TestModels.Second);
            Assert.Contains("an older one was put back", site.Status.Refusal!.Reason);
        }

        await using var again = Site();
        await again.RestoreAsync();
        await again.LookAsync();
        AssertServes(again, TestModels.Second);
    }

    [Fact]
    public async Task Look_TopOfTheFolderIsNoSuchThing_GoesOnServingAndRemembersIt()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using var site = Site();
        await site.LookAsync();
        await Cloud.WriteAsync(SiteFolder.BlobOf(Name), "{\"tasks\":"u8.ToArray());

        Assert.Equal([TestModels.Task], await site.LookAsync());

        AssertServes(site, TestModels.First);
        Assert.Contains("site.json cannot be read", site.Status.Refusal!.Reason);
        Assert.Empty(await site.LookAsync()); // said once
    }

    [Theory]
    [InlineData("""{"tasks":{"x":null}}""")]
    [InlineData("""{"tasks":{"x":{}}}""")]
    public void Read_TaskWithoutAPointer_IsNoFolder(string written) =>
        Assert.Throws<PackageInvalidException>(() => SiteFolder.Read(Encoding.UTF8.GetBytes(written)));

    [Theory]
    [InlineData("../x")]
    [InlineData("mail\n")]
    [InlineData("other")]
    public async Task Look_TaskThatNobodySignedFor_IsNotRemembered(string task)
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var folder = await Cloud.FolderAsync(Name);
        await Cloud.WriteFolderAsync(Name, folder.With(task, folder.Tasks[TestModels.Task]));
        await using var site = Site();

        await site.LookAsync();

        AssertServes(site, TestModels.First);
        Assert.Equal([TestModels.Task], site.Service<Understudy.Edge.Updates.SiteMemory>().Tasks);
    }

    [Fact]
    public async Task Look_PackagesListChanged_IsRefused()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var (_, address) = await Cloud.PackageAsync(Name);
        var list = Encoding.UTF8.GetString(await Cloud.ReadAsync(SiteFolder.PackageBlob(Name, address)));
        await Cloud.WriteAsync(SiteFolder.PackageBlob(Name, address), Encoding.UTF8.GetBytes(list.Replace("student.bin", "pupil.bin")));

        await AssertRefusedAsync("it was changed or cut short");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(1_000_000)]
    public async Task Look_FileCutShort_IsRefusedUntilItIsWhole(int bytes)
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var blob = await Cloud.BlobOfAsync(Name, "student.bin");
        var whole = await Cloud.ReadAsync(blob);
        await Cloud.WriteAsync(blob, whole[..Math.Max(0, whole.Length - bytes)]);
        await using var site = Site();

        await site.LookAsync();

        AssertNothingServes(site);
        Assert.Contains("cut short", site.Status.Refusal!.Reason);
        await Cloud.WriteAsync(blob, whole);
        await site.LookAsync();
        AssertServes(site, TestModels.First);
        Assert.Null(site.Status.Refusal);
        Assert.Equal(site.Service<SiteStore>().BytesRead, site.Status.BytesSent); // what the first attempt brought has cost the line too
    }

    [Fact]
    public async Task Look_FileChanged_IsRefused()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var blob = await Cloud.BlobOfAsync(Name, "student.bin");
        var content = await Cloud.ReadAsync(blob);
        content[content.Length / 2] ^= 1;
        await Cloud.WriteAsync(blob, content);

        await AssertRefusedAsync("'1.0.0/student.bin' was changed");
    }

    [Fact]
    public async Task Look_FileGone_IsRefused()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await Host.Blob("edge", await Cloud.BlobOfAsync(Name, "student.bin")).DeleteAsync(cancellationToken: Cancelled);

        await AssertRefusedAsync("the folder has no content");
    }

    [Fact]
    public async Task Look_UnsignedRelease_IsRefusedForGood()
    {
        await Cloud.OfferChangedAsync(Name, TestModels.First, (name, content) => name.EndsWith("release.sig", StringComparison.Ordinal) ? "{}"u8.ToArray() : content);

        await AssertRefusedAsync("release.sig: it is no ES256 signature");
    }

    [Fact]
    public async Task Look_ReleaseSignedByAStranger_IsRefused()
    {
        var manifest = await File.ReadAllBytesAsync(Path.Combine(Host.Settings.ModelsFolder, TestModels.Task, TestModels.First, ReleaseManifest.FileName), Cancelled);
        await Cloud.OfferChangedAsync(Name, TestModels.First, (name, content) =>
            name.EndsWith("release.sig", StringComparison.Ordinal) ? ReleaseSignature.Sign(manifest, Cloud.Stranger()) : content);

        await AssertRefusedAsync("is not trusted here");
    }

    [Fact]
    public async Task Look_ManifestChanged_IsRefused()
    {
        await Cloud.OfferChangedAsync(Name, TestModels.First, (name, content) =>
            name.EndsWith("release.json", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("0.9", "0.1")) : content);

        await AssertRefusedAsync("does not fit release.json");
    }

    [Fact]
    public async Task Look_ModelThatTheManifestDoesNotName_IsRefused()
    {
        await Cloud.OfferChangedAsync(Name, TestModels.First, (name, content) => name.EndsWith("student.bin", StringComparison.Ordinal) ? [.. content.Reverse()] : content);

        await AssertRefusedAsync("student.bin: its sha256 is");
    }

    [Fact]
    public async Task Look_SelfTestFails_GoesOnServingAndIsNotTriedAgain()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using var site = Site();
        await site.LookAsync();
        await Cloud.OfferChangedAsync(Name, TestModels.Second, (name, content) => name != EdgePackage.SamplesFile ? content
            : Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"text":"you win","students":{"student":[0.99,0.01]}}""" + "\n", 10))));

        await site.LookAsync();

        AssertServes(site, TestModels.First);
        Assert.Contains("self-test", site.Status.Refusal!.Reason);
        Assert.Equal(TestModels.Second, site.Status.Refusal.Version);
        var reads = site.Service<Understudy.Edge.Updates.SiteStore>().Reads;
        await site.LookAsync();
        Assert.Equal(reads + 1, site.Service<Understudy.Edge.Updates.SiteStore>().Reads);
        Assert.Equal([site.Status.Package], Directory.GetDirectories(Path.Combine(Data, "packages")).Select(folder => Path.GetFileName(folder)));
    }

    [Theory]
    [InlineData("../task.json")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    public async Task Look_FileNamedOutsideThePackage_IsRefused(string name)
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var (package, _) = await Cloud.PackageAsync(Name);
        var list = (package with { Files = [.. package.Files, package.Files[0] with { Name = name }] }).Write();
        var address = EdgePackage.AddressOf(list);
        await Cloud.WriteAsync(SiteFolder.PackageBlob(Name, address), list);
        await ChangeCurrentAsync(pointer => ChannelPointer.Next(
            TestModels.Task, SiteFolder.ChannelOf(Name), pointer, pointer.Version, address, pointer.MovedAt, ReleaseKeys.OfThisMachine().Signer));

        await AssertRefusedAsync("is not named inside the package");
    }

    private async Task ChangeCurrentAsync(Func<ChannelPointer, ChannelPointer> change)
    {
        var folder = await Cloud.FolderAsync(Name);
        var channel = folder.Tasks[TestModels.Task];
        await Cloud.WriteFolderAsync(Name, folder.With(TestModels.Task, channel with { Current = change(channel.Current) }));
    }

    /// <summary>Nothing serves, the record says why here and in the report.</summary>
    private async Task AssertRefusedAsync(string reason)
    {
        await using var site = Site($"--Edge:Tasks={TestModels.Task}");
        await site.LookAsync();

        AssertNothingServes(site);
        Assert.Contains(reason, site.Status.Refusal!.Reason);
        await site.StartAsync();
        await Eventually.TrueAsync(async () => (await Cloud.StatusAsync(Name))?.Refusal?.Reason.Contains(reason, StringComparison.Ordinal) == true, "the refusal is reported");
    }
}
