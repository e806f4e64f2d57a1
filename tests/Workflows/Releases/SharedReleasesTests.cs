using Understudy.Inference.Releases;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using static Understudy.Workflows.Tests.Releases.SharedStorage;

namespace Understudy.Workflows.Tests.Releases;

/// <summary>Machines with folders of their own that share one container, on Azurite.</summary>
public sealed class SharedReleasesTests : IAsyncLifetime
{
    private const string Mail = TestModels.Task;

    private readonly SharedStorage _storage = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _storage.InitializeAsync();

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Promote_OnOneMachine_ServesOnTheOthersWhenTheyLook()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b", withSeed: false));
        Assert.Equal((TestModels.First, TestModels.First), (Serving(a), Serving(b)));

        await a.PromoteAsync(Mail, TestModels.Second, Cancelled);
        b.Follow();

        Assert.Equal((TestModels.Second, TestModels.Second), (Serving(a), Serving(b)));
        Assert.Equal((TestModels.Second, TestModels.First), (b.Channel(Mail, "stable"), b.Channel(Mail, "previous")));
    }

    [Fact]
    public async Task RollbackAndNominate_OnOneMachine_ReachTheOthers()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b"));
        await a.PromoteAsync(Mail, TestModels.Second, Cancelled);
        b.Follow();
        Assert.Equal(TestModels.Second, Serving(b));

        await b.RollbackAsync(Mail, Cancelled);
        await b.NominateAsync(Mail, TestModels.Second, Cancelled);
        a.Follow();

        Assert.Equal(TestModels.First, Serving(a));
        Assert.Equal(TestModels.Second, a.Channel(Mail, "candidate"));
    }

    [Theory]
    [InlineData("previous")]
    [InlineData("stable")]
    public async Task Promote_WhileAnotherMachineMovesTheChannel_IsRefusedAndTheOtherStands(string channel)
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b"));
        Serving(a);
        Serving(b);
        var once = 0;
        _storage.Calls.BeforeWrite = name =>
        {
            if (name == $"mail/channels/{channel}.json" && Interlocked.Exchange(ref once, 1) == 0)
            {
                a.PromoteAsync(Mail, TestModels.Second, Cancelled).Wait(Cancelled); // b has seen the channel and is about to move it
            }
        };

        await Assert.ThrowsAsync<ChannelMovedException>(() => b.PromoteAsync(Mail, TestModels.Second, Cancelled));

        Assert.Equal(TestModels.Second, Serving(a));
        Assert.Equal((TestModels.Second, TestModels.First), (b.Channel(Mail, "stable"), b.Channel(Mail, "previous")));
    }

    [Fact]
    public async Task Promote_OnManyMachinesAtOnce_MovesTheChannelOnceForEachThatSucceeds()
    {
        var machines = Enumerable.Range(0, 4).Select(i => _storage.Machine($"m{i}")).ToList();
        machines.ForEach(machine => Serving(machine));
        var before = machines[0].Pointer(Mail, "stable")!.Sequence;

        var outcomes = await Task.WhenAll(machines.Select(async machine =>
        {
            try
            {
                await machine.PromoteAsync(Mail, TestModels.Second, Cancelled);
                return true;
            }
            catch (ChannelMovedException)
            {
                return false;
            }
        }));

        machines.ForEach(machine => machine.Follow());
        Assert.Contains(true, outcomes);
        Assert.All(machines, machine => Assert.Equal(TestModels.Second, Serving(machine)));
        Assert.Single(machines.Select(machine => machine.Pointer(Mail, "stable")!.Sequence).Distinct());
        Assert.True(machines[0].Pointer(Mail, "stable")!.Sequence > before);
    }

    [Fact]
    public void Construct_DoesNotTouchTheStorage()
    {
        var machine = _storage.Machine("a");
        machine.Follow();

        Assert.Equal(0, _storage.Calls.Calls);
        Assert.False(Directory.Exists(_storage.FolderOf("a")));
    }

    [Fact]
    public void Follow_NothingNew_IsOneCall()
    {
        var machine = _storage.Machine("a");
        Serving(machine);
        var before = _storage.Calls.Calls;

        machine.Follow();

        Assert.Equal(before + 1, _storage.Calls.Calls);
    }

    [Fact]
    public async Task Seed_WhereTheContainerHasMore_ChangesNothingThere()
    {
        var a = _storage.Machine("a");
        await a.PromoteAsync(Mail, TestModels.Second, Cancelled);
        await _storage.Container.GetBlobClient("mail/task.json").UploadAsync(
            new BinaryData((await File.ReadAllTextAsync(Path.Combine(_storage.Seed, Mail, "task.json"), Cancelled)).Replace("Tell spam from mail.", "Tell them apart.")), overwrite: true, Cancelled);
        var names = await _storage.NamesAsync();

        var late = _storage.Machine("late");

        Assert.Equal(TestModels.Second, Serving(late));
        Assert.Equal("Tell them apart.", late.Task(Mail).Instruction);
        Assert.Equal(names, await _storage.NamesAsync());
    }

    [Fact]
    public async Task Seed_AReleaseWhoseNameIsTaken_StaysOutAndTheOtherServes()
    {
        Serving(_storage.Machine("a"));
        var address = _storage.Machine("a").Pointer(Mail, "stable")!.Manifest;
        var manifest = await File.ReadAllTextAsync(Path.Combine(_storage.Seed, Mail, TestModels.First, "release.json"), Cancelled);
        await _storage.Container.GetBlobClient($"mail/{TestModels.First}/release.sig").DeleteAsync(cancellationToken: Cancelled);
        Rewrite(Path.Combine(_storage.Seed, Mail, TestModels.First), manifest => manifest with { Seed = 5 });

        Serving(_storage.Machine("b"), TestModels.Second);

        Assert.Equal(manifest, (await _storage.Container.GetBlobClient($"mail/{TestModels.First}/release.json").DownloadContentAsync(Cancelled)).Value.Content.ToString());
        Assert.False(await _storage.Container.GetBlobClient($"mail/{TestModels.First}/release.sig").ExistsAsync(Cancelled));
        Assert.Equal(address, _storage.Machine("b").Pointer(Mail, "stable")!.Manifest);
    }

    [Fact]
    public void Acquire_ReleaseNotHere_IsFetchedWholeAndLooksLikeTheOriginal()
    {
        Serving(_storage.Machine("a"));
        var b = _storage.Machine("b", withSeed: false);

        Assert.Equal(TestModels.Second, Serving(b, TestModels.Second));

        Assert.Equal(["lead.bin", "release.json", "release.sig", "student.bin"], Directory.EnumerateFiles(Path.Combine(_storage.FolderOf("b"), Mail, TestModels.Second)).Select(path => Path.GetFileName(path)).Order());
        Assert.Empty(ReleaseValidator.Validate(Path.Combine(_storage.FolderOf("b"), Mail, TestModels.Second)));
        Assert.False(Directory.Exists(Path.Combine(_storage.FolderOf("b"), Mail, TestModels.First))); // what nobody asked for stays there
        Assert.Equal([TestModels.First, TestModels.Second], b.List(Mail).Select(release => release.Version).Order());
        Assert.All(b.List(Mail), release => Assert.Null(release.Problem));
    }

    [Fact]
    public void Acquire_FilesThatAreNearAlready_AreCopiedInsteadOfFetched()
    {
        Serving(_storage.Machine("a"));
        Assert.Empty(_storage.Calls.Downloads); // all of it was deployed

        var b = _storage.Machine("b", withSeed: false);
        Serving(b);
        Serving(b, TestModels.Second); // its models are those of the first

        Assert.Equal([$"mail/{TestModels.First}/lead.bin", $"mail/{TestModels.First}/student.bin"], _storage.Calls.Downloads.Order());
    }

    [Fact]
    public void Acquire_FetchCutOff_LeavesNothingAndWorksTheNextTime()
    {
        Serving(_storage.Machine("a"));
        var b = _storage.Machine("b", withSeed: false);
        _storage.Calls.BeforeDownload = name =>
        {
            if (_storage.Calls.Downloads.Count == 2)
            {
                throw new ReleasesAwayException("the line was cut");
            }
        };

        Assert.Throws<ReleasesAwayException>(() => b.Acquire(Mail));

        Assert.Equal(["channels", SharedFolder], Directory.EnumerateDirectories(Path.Combine(_storage.FolderOf("b"), Mail)).Select(path => Path.GetFileName(path)).OrderDescending());
        Assert.Equal(TestModels.First, Serving(b));
    }

    [Theory]
    [InlineData("student.bin")]
    [InlineData("release.json")]
    [InlineData("release.sig")]
    public async Task Acquire_BlobThatWasChanged_IsRefusedAndLeavesNoFolder(string file)
    {
        Serving(_storage.Machine("a"));
        var blob = _storage.Container.GetBlobClient($"mail/{TestModels.Second}/{file}");
        var content = (await blob.DownloadContentAsync(Cancelled)).Value.Content.ToArray();
        content[content.Length / 2] ^= 1;
        await blob.UploadAsync(new BinaryData(content), overwrite: true, Cancelled);
        var b = _storage.Machine("b", withSeed: false);

        var refusal = Assert.Throws<ReleaseInvalidException>(() => b.Acquire(Mail, TestModels.Second));

        Assert.NotEmpty(refusal.Problems);
        Assert.False(Directory.Exists(Path.Combine(_storage.FolderOf("b"), Mail, TestModels.Second)));
    }

    [Fact]
    public async Task Tasks_ChangedAddedAndTakenAway_AreSoOnEveryMachine()
    {
        var a = _storage.Machine("a");
        Serving(a);
        var text = await File.ReadAllTextAsync(Path.Combine(_storage.Seed, Mail, "task.json"), Cancelled);
        await _storage.Container.GetBlobClient("post/task.json").UploadAsync(new BinaryData(text.Replace("\"mail\"", "\"post\"")), Cancelled);
        await _storage.Container.GetBlobClient("mail/regression.jsonl").UploadAsync(new BinaryData("{}\n"), Cancelled);
        a.Follow();
        Assert.Equal(["mail", "post"], a.Tasks.Select(task => task.Name));
        Assert.True(File.Exists(Path.Combine(a.ModelsFolder, Mail, "regression.jsonl")));

        await _storage.Container.GetBlobClient("post/task.json").DeleteAsync(cancellationToken: Cancelled);
        await _storage.Container.GetBlobClient("mail/regression.jsonl").DeleteAsync(cancellationToken: Cancelled);
        a.Follow();

        Assert.Equal(["mail"], a.Tasks.Select(task => task.Name));
        Assert.Throws<TaskNotFoundException>(() => a.Task("post"));
        Assert.False(File.Exists(Path.Combine(a.ModelsFolder, Mail, "regression.jsonl")));
    }

    [Fact]
    public async Task Container_EdgePackagesReportsAndStrangeNames_AreLeftAlone()
    {
        Serving(_storage.Machine("a"));
        string[] others = [$"mail/{TestModels.First}/edge/package.json", "mail/rejected/retrain-1/report.md", "mail/../x.json", "Mail/task.json", "mail/channels/other.json", "readme.txt", "mail/.hidden"];
        foreach (var name in others)
        {
            await _storage.Container.GetBlobClient(name).UploadAsync(new BinaryData("{}"), Cancelled);
        }

        var b = _storage.Machine("b");

        Assert.Equal(TestModels.First, Serving(b));
        Assert.Equal(["mail"], b.Tasks.Select(task => task.Name));
        Assert.Equal(2, b.List(Mail).Count);
        Assert.Superset(others.Where(name => !name.Contains("..", StringComparison.Ordinal)).ToHashSet(), (await _storage.NamesAsync()).ToHashSet());
    }

    [Fact]
    public async Task Publish_TwoReleasesOfOneName_TheSecondIsRefusedAndTakenOut()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b"));
        Serving(a);
        Serving(b);
        Assert.Equal(("v1", "v1"), (a.NextVersion(Mail), b.NextVersion(Mail)));
        var (first, second) = (Make(a, "v1", seed: 1), Make(b, "v1", seed: 2));

        Assert.True(a.TryPublish(Mail, "v1"));
        Assert.Throws<ReleaseInvalidException>(() => b.TryPublish(Mail, "v1"));

        Assert.NotEqual(first, second);
        Assert.False(Directory.Exists(Path.Combine(b.ModelsFolder, Mail, "v1")));
        await b.PromoteAsync(Mail, "v1", Cancelled);
        Assert.Equal(first, b.Pointer(Mail, "stable")!.Manifest);
        Assert.Equal("v2", b.NextVersion(Mail));
    }

    [Fact]
    public void Publish_CutOff_IsNoReleaseUntilItIsFinished()
    {
        var (a, b) = (_storage.Machine("a"), _storage.Machine("b"));
        Serving(a);
        Make(a, "v1", seed: 1);
        _storage.Calls.BeforeWrite = name => _ = name.EndsWith("lead.bin", StringComparison.Ordinal) ? throw new ReleasesAwayException("the line was cut") : name;
        Assert.Throws<ReleasesAwayException>(() => a.TryPublish(Mail, "v1"));
        _storage.Calls.BeforeWrite = null;

        Assert.Throws<ReleaseNotFoundException>(() => b.Acquire(Mail, "v1"));
        Assert.DoesNotContain(b.List(Mail), release => release.Version == "v1");
        Assert.Equal("v2", b.NextVersion(Mail)); // the name is taken

        a.TryPublish(Mail, "v1");
        Assert.Equal("v1", Serving(b, "v1"));
    }

    [Fact]
    public void FolderOfItsOwn_IsNotShared()
    {
        using var alone = new ReleaseCatalog(_storage.Seed);

        Assert.False(alone.TryPublish(Mail, TestModels.First));
        alone.Follow();
        Assert.Equal(TestModels.First, Serving(alone));
    }

    private const string SharedFolder = ".shared";

    /// <summary>A release in the machine's folder; returns its address.</summary>
    private static string Make(ReleaseCatalog machine, string version, int seed)
    {
        var folder = Path.Combine(machine.ModelsFolder, Mail, version);
        Directory.CreateDirectory(folder);
        ReleaseManifest manifest;
        using (var lease = machine.Acquire(Mail, TestModels.First))
        {
            manifest = lease.Release.Manifest;
        }

        foreach (var file in manifest.Files)
        {
            File.Copy(Path.Combine(machine.ModelsFolder, Mail, TestModels.First, file.Name), Path.Combine(folder, file.Name));
        }

        ReleaseWriter.Write(folder, manifest with { Version = version, Seed = seed });
        return machine.List(Mail).Single(release => release.Version == version).Address;
    }

    private static void Rewrite(string folder, Func<ReleaseManifest, ReleaseManifest> change)
    {
        var manifest = Release.LoadUnsigned(folder);
        var changed = change(manifest.Manifest);
        manifest.Dispose();
        File.Delete(Path.Combine(folder, "release.json"));
        ReleaseWriter.Write(folder, changed);
    }
}
