using Azure.Storage.Sas;
using Understudy.Edge.Releases;
using Understudy.Edge.Updates;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Edge.Tests.Updates;

public sealed class UpdateTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Fact]
    public async Task Look_FirstOffer_ServesAfterASelfTestWithoutTheLeadsFiles()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using var site = Site();

        Assert.Equal([TestModels.Task], await site.LookAsync());

        AssertServes(site, TestModels.First);
        Assert.Equal(1, site.Status.SelfTest!.Agreement);
        Assert.True(site.Status.SelfTest.Samples > 5);
        var files = Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).ToList();
        Assert.Contains("student.bin", files);
        Assert.DoesNotContain("lead.bin", files);
        Assert.Equal(site.Service<SiteStore>().BytesRead, site.Status.BytesSent);
        Assert.Equal(site.Status.BytesFull, site.Status.BytesSent);
    }

    [Fact]
    public async Task Look_NothingNew_IsOneReadThatBringsNothing()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using var site = Site();
        await site.LookAsync();
        var store = site.Service<SiteStore>();
        var (reads, bytes) = (store.Reads, store.BytesRead);

        Assert.Empty(await site.LookAsync());

        Assert.Equal((reads + 1, bytes), (store.Reads, store.BytesRead));
    }

    [Fact]
    public async Task Look_NextReleaseWithTheSameStudent_BringsOnlyWhatDiffers()
    {
        await using var site = Site();
        await Cloud.OfferAsync(Name, TestModels.First);
        await site.LookAsync();
        await Cloud.OfferAsync(Name, TestModels.Second);

        await site.LookAsync();

        AssertServes(site, TestModels.Second);
        var (package, address) = await Cloud.PackageAsync(Name);
        var different = package.Files.Where(file => file.Name.EndsWith("release.json", StringComparison.Ordinal) || file.Name.EndsWith("release.sig", StringComparison.Ordinal)).Sum(file => file.Bytes);
        var lists = (await Cloud.ReadAsync(SiteFolder.PackageBlob(Name, address))).Length + (await Cloud.ReadAsync(SiteFolder.BlobOf(Name))).Length;
        Assert.Equal(different + lists, site.Status.BytesSent);
    }

    [Fact]
    public async Task Look_TokensThatReadTheFolderAndAddReports_AreEnough()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var (read, add) = (Sas(BlobContainers.Edge, BlobContainerSasPermissions.Read), Sas(BlobContainers.EdgeReports, BlobContainerSasPermissions.Create | BlobContainerSasPermissions.Write));
        await using var site = await TestSite.StartAsync(Data, "", Name, $"--Edge:FolderUrl={read}", $"--Edge:ReportsUrl={add}");

        await site.ServesAsync(TestModels.First);

        await Eventually.TrueAsync(async () => (await Cloud.StatusAsync(Name))?.Version == TestModels.First, "the site reports what it serves");
        Assert.Contains(Name, await Host.Service<Understudy.Workflows.Rollouts.SiteReports>().SitesAsync(TestModels.Task, Cancelled));
    }

    [Fact]
    public async Task Look_WithdrawnToTheReleaseBefore_BringsNothingAndServesIt()
    {
        await using var site = Site();
        await Cloud.OfferAsync(Name, TestModels.First);
        await site.LookAsync();
        await Cloud.OfferAsync(Name, TestModels.Second);
        await site.LookAsync();
        var (_, address) = await Cloud.PackageAsync(Name);

        Assert.True(await Host.Service<Understudy.Workflows.Rollouts.SiteFolders>().WithdrawAsync(Name, TestModels.Task, address, Cancelled));
        await site.LookAsync();

        AssertServes(site, TestModels.First);
        Assert.InRange(site.Status.BytesSent, 1, 2000);
    }

    [Theory]
    [InlineData("student.bin")]
    [InlineData(EdgePackage.SamplesFile)]
    public async Task Look_WithdrawnToAReleaseThatRottedOnTheDisk_BringsItAgainAndServesIt(string file)
    {
        await using var site = Site();
        await Cloud.OfferAsync(Name, TestModels.First);
        await site.LookAsync();
        await Cloud.OfferAsync(Name, TestModels.Second);
        await site.LookAsync();
        var (_, address) = await Cloud.PackageAsync(Name);
        await Host.Service<Understudy.Workflows.Rollouts.SiteFolders>().WithdrawAsync(Name, TestModels.Task, address, Cancelled);
        var folder = site.Service<PackageShelf>().FolderOf((await Cloud.PackageAsync(Name)).Address);
        await File.WriteAllTextAsync(Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).Single(), "rotten", Cancelled);

        await site.LookAsync();

        AssertServes(site, TestModels.Second);
        Assert.False(site.Status.Refusal!.RolledBack);
        await site.LookAsync();
        AssertServes(site, TestModels.First);
        Assert.Null(site.Status.Refusal);
    }

    [Fact]
    public async Task Look_WhatAnEarlierAttemptBroughtRotted_BringsThatAgain()
    {
        await using var site = Site();
        await Cloud.OfferAsync(Name, TestModels.First);
        var (package, address) = await Cloud.PackageAsync(Name);
        var file = Path.Combine(site.Service<PackageShelf>().IncomingOf(address), package.Files.Single(file => Path.GetFileName(file.Name) == "student.bin").Name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "rotten", Cancelled);

        await site.LookAsync();

        AssertServes(site, TestModels.First);
    }

    [Fact]
    public async Task Look_TheDiskTakesNoPackage_TellsAndIsTriedAgain()
    {
        await using var site = Site();
        await Cloud.OfferAsync(Name, TestModels.First);
        var incoming = Path.Combine(Data, "incoming");
        await File.WriteAllTextAsync(incoming, "", Cancelled); // no folder can take its place

        await site.LookAsync();

        Assert.StartsWith("the site's disk does not take it: ", site.Status.Refusal!.Reason);
        Assert.Equal(1, site.Service<SiteUpdater>().Unsettled.Looks);
        File.Delete(incoming);
        await site.LookAsync();
        AssertServes(site, TestModels.First);
        Assert.Equal(0, site.Service<SiteUpdater>().Unsettled.Looks);
    }

    [Fact]
    public async Task Look_AnotherTasksUpdateBrokeOff_KeepsWhatCameOfItAsLongAsItIsPointedTo()
    {
        const string Half = "half";
        ChannelPointer Pointer(string? package) => ChannelPointer.Next(
            Half, SiteFolder.ChannelOf(Name), null, TestModels.First, package, DateTimeOffset.UnixEpoch, ReleaseKeys.OfThisMachine().Signer);
        await Cloud.OfferAsync(Name, TestModels.First);
        var address = new string('a', 64);
        await Cloud.WriteFolderAsync(Name, (await Cloud.FolderAsync(Name)).With(Half, new(Pointer(address)))); // its package cannot be read at present
        await using var site = Site();
        var incoming = Path.Combine(site.Service<PackageShelf>().IncomingOf(address), "weights.bin.part");
        Directory.CreateDirectory(Path.GetDirectoryName(incoming)!);
        await File.WriteAllTextAsync(incoming, "90 of 100", Cancelled);

        await site.LookAsync();

        AssertServes(site, TestModels.First);
        Assert.True(File.Exists(incoming));
        await Cloud.OfferAsync(Name, TestModels.Second);
        await Cloud.WriteFolderAsync(Name, (await Cloud.FolderAsync(Name)).With(Half, new(Pointer(new string('b', 64)))));
        await site.LookAsync();
        AssertServes(site, TestModels.Second);
        Assert.False(File.Exists(incoming));
    }

    [Fact]
    public async Task Look_PointerThatIsRefused_KeepsNothingOfTheOneBeforeIt()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await Host.Blob(BlobContainers.Edge, await Cloud.BlobOfAsync(Name, "student.bin")).DeleteAsync(cancellationToken: Cancelled);
        await using var site = Site();
        var incoming = site.Service<PackageShelf>().IncomingOf(new string('c', 64));
        Directory.CreateDirectory(incoming);
        await File.WriteAllTextAsync(Path.Combine(incoming, "x.part"), "90 of 100", Cancelled);

        await site.LookAsync();

        AssertNothingServes(site);
        Assert.False(Directory.Exists(incoming));
    }

    [Fact]
    public async Task Look_PointedToNoRelease_ServesNothingAndKeepsNoPackage()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using var site = Site();
        await site.LookAsync();
        var folder = await Cloud.FolderAsync(Name);
        var none = ChannelPointer.Next(
            TestModels.Task, SiteFolder.ChannelOf(Name), folder.Tasks[TestModels.Task].Current, null, null, DateTimeOffset.UnixEpoch, ReleaseKeys.OfThisMachine().Signer);
        await Cloud.WriteFolderAsync(Name, folder.With(TestModels.Task, new(none)));

        await site.LookAsync();

        AssertNothingServes(site);
        Assert.Empty(Directory.GetDirectories(Path.Combine(Data, "packages")));
    }

    [Fact]
    public async Task Restore_LineDownAfterARestart_ServesWhatServedBefore()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using (var before = Site())
        {
            await before.LookAsync();
        }

        await using var site = await TestSite.StartAsync(Data, "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;", Name);

        Assert.Equal("spam", (await site.AskAsync("you win")).GetProperty("label").GetString());
    }

    [Fact]
    public async Task Restore_FilesRottedOnTheDisk_TellsAndServesTheReleaseBefore()
    {
        await using (var before = Site())
        {
            await Cloud.OfferAsync(Name, TestModels.First);
            await before.LookAsync();
            await Cloud.OfferAsync(Name, TestModels.Second);
            await before.LookAsync();
        }

        var file = Directory.EnumerateFiles(Data, "student.bin", SearchOption.AllDirectories).First(path => path.Contains($"{Path.DirectorySeparatorChar}{TestModels.Second}{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(file, [.. (await File.ReadAllBytesAsync(file, Cancelled)).Reverse()], Cancelled);
        await using var site = Site();
        await site.RestoreAsync();

        AssertServes(site, TestModels.First);
        Assert.Contains("student.bin", site.Status.Refusal!.Reason);
        await site.LookAsync();
        AssertServes(site, TestModels.Second);
        Assert.Null(site.Status.Refusal);
    }

    [Fact]
    public async Task Restore_TaskIsNotTakenAnyMore_DoesNotServeItUntilItIsTakenAgain()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using (var before = Site())
        {
            await before.LookAsync();
        }

        await using (var without = Site("--Edge:Tasks=other"))
        {
            await without.RestoreAsync();
            await without.LookAsync();
            AssertNothingServes(without);
        }

        await using var site = Site($"--Edge:Tasks=other,{TestModels.Task}");
        await site.RestoreAsync();
        AssertServes(site, TestModels.First);
    }

    [Fact]
    public async Task Watch_ReportsCannotBeWritten_UpdatesAllTheSame()
    {
        var read = Sas(BlobContainers.Edge, BlobContainerSasPermissions.Read);
        await using var site = await TestSite.StartAsync(Data, "", Name, $"--Edge:FolderUrl={read}", $"--Edge:ReportsUrl={Sas(BlobContainers.EdgeReports, BlobContainerSasPermissions.Read)}");
        await Cloud.OfferAsync(Name, TestModels.First);
        await site.ServesAsync(TestModels.First);
        await Cloud.OfferAsync(Name, TestModels.Second);

        await site.ServesAsync(TestModels.Second);
    }

    [Fact]
    public async Task Look_TroubleWithOneTask_UpdatesTheOthersAndTells()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var list = ((await Cloud.PackageAsync(Name)).Package with { Task = "faulty" }).Write();
        var address = EdgePackage.AddressOf(list);
        await Cloud.WriteAsync(SiteFolder.PackageBlob(Name, address), list);
        var pointer = ChannelPointer.Next("faulty", SiteFolder.ChannelOf(Name), null, TestModels.First, address, DateTimeOffset.UnixEpoch, ReleaseKeys.OfThisMachine().Signer);
        var good = (await Cloud.FolderAsync(Name)).Tasks[TestModels.Task];
        await Cloud.WriteFolderAsync(Name, new SiteFolder().With("faulty", new(pointer)).With(TestModels.Task, good));
        Directory.CreateDirectory(Path.Combine(Data, "incoming"));
        await File.WriteAllTextAsync(Path.Combine(Data, "incoming", address), "a file where a folder should be", Cancelled);
        await using var site = Site();
        List<string> told = [];

        await site.Service<SiteUpdater>().LookAsync(Cancelled, told.Add);

        AssertServes(site, TestModels.First);
        Assert.StartsWith("the site's disk does not take it: ", site.Service<SiteMemory>()["faulty"].Refusal!.Reason);
        Assert.Equal(["faulty", TestModels.Task], told);
    }

    [Fact]
    public async Task RollBack_NoReleaseBefore_ChangesNothing()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using var site = Site();
        await site.LookAsync();

        Assert.False(await site.Service<ReleaseSwap>().RollBackAsync(TestModels.Task, site.Status.Package!, "too many inputs failed", Cancelled));

        AssertServes(site, TestModels.First);
    }

    [Fact]
    public async Task Add_LateAccountOfAnotherPackage_IsLeftOut()
    {
        await using var site = Site();
        var accounts = site.Service<TaskAccounts>();
        accounts.Begin("mail", "2");

        accounts.Add("mail", "1", new() { Answers = 1 });
        accounts.Add("mail", null, new() { Answers = 1 });
        accounts.Add("mail", "2", new() { Answers = 1 });

        Assert.Equal(1, accounts.Of("mail").Answers);
        Assert.DoesNotContain(Enumerable.Range(0, 50), _ => accounts.Judge("mail", "1", failed: true));
        Assert.False(accounts.Judge("mail", "2", failed: true));
    }

    private Uri Sas(string container, BlobContainerSasPermissions permissions) =>
        Host.Blobs.GetBlobContainerClient(container).GenerateSasUri(permissions, TimeProvider.System.GetUtcNow().AddHours(1));
}
