using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Budgets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Tests.Releases;

/// <summary>A <c>task.json</c> that changes while its releases are loaded.</summary>
public sealed class ChangedDefinitionTests : IDisposable
{
    private const string Task = ModelsFolder.Task;
    private readonly ModelsFolder _models = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ReleaseCatalog _catalog;

    public ChangedDefinitionTests()
    {
        _models.WriteRelease("1.0");
        _models.WriteRelease("1.1.0");
        _catalog = new(_models.Root, _time);
        _catalog.PromoteAsync(Task, "1.0").GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1.0")]
    [InlineData("1.1.0")]
    public void Acquire_DefinitionChanged_CountsWithinASecond(string? version)
    {
        var before = _catalog.Acquire(Task, version);
        Define("""
            "lessons":{"keep":false}
            """);
        _time.Advance(TimeSpan.FromSeconds(1.1));

        using var after = _catalog.Acquire(Task, version);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        using var later = _catalog.Acquire(Task, version);

        Assert.True(before.Release.Definition.Lessons.Keep);
        Assert.False(after.Release.Definition.Lessons.Keep);
        Assert.Equal(before.Release.Address, after.Release.Address);
        Assert.Same(after.Release, later.Release);
        Assert.False(before.Release.IsDisposed);
        before.Dispose();
        Assert.True(before.Release.IsDisposed);
    }

    [Fact]
    public async Task Infer_BudgetRaised_GoesOn()
    {
        Budget(perDay: 1);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        var inference = new JointInference(_catalog, _time);
        Assert.Equal("spam", Assert.Single(await inference.InferAsync(Task, [new("0", "hmm")])).Label);
        await Assert.ThrowsAsync<BudgetSpentException>(() => inference.InferAsync(Task, [new("1", "hmm")]));

        Budget(perDay: 2);
        _time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal("spam", Assert.Single(await inference.InferAsync(Task, [new("1", "hmm")])).Label);
        await Assert.ThrowsAsync<BudgetSpentException>(() => inference.InferAsync(Task, [new("2", "hmm")]));

        void Budget(int perDay) => Define($$"""
            "whenLeadIsAway":"wait","budget":{"perDay":{{perDay}},"perCall":1}
            """);
    }

    [Fact]
    public async Task Acquire_DefinitionWrong_GoesOnUnderTheOneBefore()
    {
        using var serving = _catalog.Acquire(Task);
        using var named = _catalog.Acquire(Task, "1.1.0");
        Define("\"budget\":{}");
        _time.Advance(TimeSpan.FromSeconds(1.1));
        AssertLoaded();

        File.WriteAllText(Path.Combine(_models.Root, Task, "task.json"), "{");
        _time.Advance(TimeSpan.FromSeconds(1.1));
        AssertLoaded();

        File.WriteAllText(Path.Combine(_models.Root, Task, "task.json"), """{"name":"another","kind":"classification","labels":["ham","spam"]}""");
        _time.Advance(TimeSpan.FromSeconds(1.1));
        AssertLoaded();
        Assert.Contains("name is 'another'", Assert.Single((await Assert.ThrowsAsync<ReleaseInvalidException>(() => _catalog.PromoteAsync(Task, "1.1.0"))).Problems));
        AssertLoaded();

        Define("\"lessons\":{\"keep\":false}");
        _time.Advance(TimeSpan.FromSeconds(1.1));
        using var after = _catalog.Acquire(Task);
        Assert.False(after.Release.Definition.Lessons.Keep);

        void AssertLoaded()
        {
            using var stable = _catalog.Acquire(Task);
            using var other = _catalog.Acquire(Task, "1.1.0");
            _catalog.Refresh(Task);
            Assert.Same(serving.Release, stable.Release);
            Assert.Same(named.Release, other.Release);
        }
    }

    [Fact]
    public void Acquire_DefinitionChangedAndAnotherReleaseUnderTheName_GoesOnServing()
    {
        using var before = _catalog.Acquire(Task);
        _models.Edit("1.0", manifest => manifest["recipe"] = "another");
        Define("\"lessons\":{\"keep\":false}");
        _time.Advance(TimeSpan.FromSeconds(1.1));

        using var after = _catalog.Acquire(Task);

        Assert.Same(before.Release, after.Release);
    }

    [Fact]
    public async Task Promote_ReleaseThatWasLoadedUnderTheDefinitionBefore_ServesUnderTheOneOfNow()
    {
        using var before = _catalog.Acquire(Task, "1.1.0");
        _models.Edit("1.0", manifest => manifest["recipe"] = "another"); // what serves cannot be loaded anew
        Define("\"lessons\":{\"keep\":false}");
        _time.Advance(TimeSpan.FromSeconds(1.1));
        using var serving = _catalog.Acquire(Task);
        Assert.True(serving.Release.Definition.Lessons.Keep);

        await _catalog.PromoteAsync(Task, "1.1.0");

        using var after = _catalog.Acquire(Task);
        Assert.Equal("1.1.0", after.Release.Manifest.Version);
        Assert.False(after.Release.Definition.Lessons.Keep);
        before.Dispose();
        Assert.True(before.Release.IsDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acquire_DefinitionPutBackAfterAReleaseWasLoadedUnderTheChangedOne_CountsAgain(bool promoted)
    {
        var path = Path.Combine(_models.Root, Task, "task.json");
        var first = File.ReadAllText(path);
        _catalog.Acquire(Task).Dispose();
        _time.Advance(TimeSpan.FromSeconds(1.1));
        _catalog.Acquire(Task).Dispose(); // it is followed from now on
        Define("\"lessons\":{\"keep\":false}");
        if (promoted)
        {
            await _catalog.PromoteAsync(Task, "1.1.0");
        }

        using (var changed = _catalog.Acquire(Task, "1.1.0"))
        {
            Assert.False(changed.Release.Definition.Lessons.Keep);
        }

        File.WriteAllText(path, first);
        _time.Advance(TimeSpan.FromSeconds(1.1));

        using var after = _catalog.Acquire(Task, promoted ? null : "1.1.0");
        Assert.Equal("1.1.0", after.Release.Manifest.Version);
        Assert.True(after.Release.Definition.Lessons.Keep);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _models.Dispose();
    }

    private void Define(string fields) => File.WriteAllText(
        Path.Combine(_models.Root, Task, "task.json"),
        $$"""{"name":"{{Task}}","kind":"classification","labels":["ham","spam"],{{fields}}}""");
}
