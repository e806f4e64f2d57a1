using Understudy.Inference.Releases;

namespace Understudy.Inference.Tests.Releases;

public sealed class ReleasePruneTests : IDisposable
{
    private const string Task = ModelsFolder.Task;

    private static readonly Dictionary<string, string> Nobody = [];

    private readonly ModelsFolder _models = new();
    private readonly ReleaseCatalog _catalog;

    public ReleasePruneTests()
    {
        // Each a day younger than the one before.
        foreach (var version in new[] { "1", "22", "333", "4444", "55555" })
        {
            _models.WriteRelease(version);
        }

        _catalog = new(_models.Root);
    }

    [Fact]
    public async System.Threading.Tasks.Task Prune_OldOnes_GoUnlessAChannelOrACallerNeedsThem()
    {
        await _catalog.PromoteAsync(Task, "22");
        await _catalog.PromoteAsync(Task, "4444");
        await _catalog.NominateAsync(Task, "1");

        var pruned = _catalog.Prune(Task, 1, new Dictionary<string, string> { ["333"] = "a site names it" });

        Assert.Equal(
            [("55555", false, "one of the 1 newest"), ("4444", false, "stable points to it"), ("333", false, "a site names it"), ("22", false, "previous points to it"), ("1", false, "candidate points to it")],
            pruned.Select(release => (release.Version, release.Removed, release.Reason)));
        Assert.Equal("333", Assert.Single(_catalog.Prune(Task, 1, Nobody), release => release.Removed).Version);
        Assert.Equal(["1", "22", "4444", "55555"], Versions());
        Assert.False(Directory.Exists(_models.Folder("333")));
    }

    [Fact]
    public void Prune_NumberToKeep_CountsTheNewest()
    {
        Assert.Equal([false, false, false, true, true], _catalog.Prune(Task, 3, Nobody).Select(release => release.Removed));
        Assert.Equal(["333", "4444", "55555"], Versions());
        Assert.Throws<ArgumentOutOfRangeException>(() => _catalog.Prune(Task, 0, Nobody));
    }

    [Fact]
    public void Prune_DryRun_SaysWhatWouldGoAndRemovesNothing()
    {
        using var lease = _catalog.Acquire(Task, "22");

        var pruned = _catalog.Prune(Task, 3, Nobody, dryRun: true);

        Assert.Equal("1", Assert.Single(pruned, release => release.Removed).Version);
        Assert.All(pruned, release => Assert.Equal(Directory.GetFiles(_models.Folder(release.Version)).Sum(file => new FileInfo(file).Length), release.Bytes));
        Assert.Equal(5, Versions().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Prune_LeasedHereOrByAnother_StaysUntilGivenBack(bool here)
    {
        using var other = new ReleaseCatalog(_models.Root);
        var lease = (here ? _catalog : other).Acquire(Task, "1");

        Assert.Contains("loaded", _catalog.Prune(Task, 1, Nobody).Single(release => release.Version == "1").Reason);
        Assert.Equal(["1", "55555"], Versions());
        lease.Dispose();
        other.Dispose();

        Assert.True(_catalog.Prune(Task, 1, Nobody).Single(release => release.Version == "1").Removed);
        Assert.Throws<ReleaseNotFoundException>(() => _catalog.Acquire(Task, "1"));
    }

    [Fact]
    public void Prune_CutOffBefore_IsNotListedAndFinished()
    {
        // Moved out of sight, and not yet deleted.
        Directory.CreateDirectory(Path.Combine(_models.Root, Task, ".removed"));
        Directory.Move(_models.Folder("1"), Path.Combine(_models.Root, Task, ".removed", "1"));

        Assert.Equal(["22", "333", "4444", "55555"], Versions());
        _catalog.Prune(Task, 5, Nobody);

        Assert.False(Directory.Exists(Path.Combine(_models.Root, Task, ".removed")));
    }

    [Fact]
    public async System.Threading.Tasks.Task Prune_PointerThatNobodyTrusts_RemovesNothing()
    {
        await _catalog.PromoteAsync(Task, "1");
        var path = Path.Combine(_models.Root, Task, "channels", "stable.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"1\"", "\"22\"", StringComparison.Ordinal));

        Assert.Throws<ReleaseInvalidException>(() => _catalog.Prune(Task, 1, Nobody));
        Assert.All(new[] { "1", "22", "333", "4444", "55555" }, version => Assert.True(File.Exists(_models.ManifestPath(version))));
    }

    [Fact]
    public void Prune_ManifestThatIsNone_IsLeftToAPerson()
    {
        File.WriteAllText(_models.ManifestPath("22"), "{");

        Assert.Contains("by hand", _catalog.Prune(Task, 1, Nobody).Single(release => release.Version == "22").Reason);
        Assert.True(Directory.Exists(_models.Folder("22")));
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }

    private List<string> Versions() => [.. _catalog.List(Task).Select(release => release.Version).Order(StringComparer.Ordinal)];
}
