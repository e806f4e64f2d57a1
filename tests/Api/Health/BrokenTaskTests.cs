using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Health;

/// <summary>A host one of whose tasks has a definition that is wrong, and another a stable channel that is.</summary>
public sealed class BrokenTaskTests : IAsyncLifetime
{
    private readonly TestHost _host = new();

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        TestModels.WriteBroken(_host.Settings.ModelsFolder);
        TestModels.WriteTorn(_host.Settings.ModelsFolder);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Tasks_TwoAreWrong_HasThoseWhoseDefinitionIsRight()
    {
        var listed = (await GetAsync("/api/tasks")).GetProperty("tasks").EnumerateArray().ToList();

        Assert.Equal([TestModels.Task, TestModels.Torn], listed.Select(task => task.GetProperty("name").GetString()));
        Assert.Equal([true, false], listed.Select(task => task.TryGetProperty("release", out _)));
    }

    [Fact]
    public async Task Models_TwoAreWrong_HasTheOther() =>
        Assert.Equal(TestModels.Task, Assert.Single((await GetAsync("/v1/models")).GetProperty("data").EnumerateArray()).GetProperty("id").GetString());

    [Fact]
    public async Task Ready_TwoAreWrong_IsReadyAndSaysWhatIsWrong()
    {
        var report = await GetAsync("/health/ready");

        Assert.Equal("ready", report.GetProperty("status").GetString());
        Assert.Collection(
            report.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()),
            problem => Assert.StartsWith($"models: task '{TestModels.Broken}' is left out. task.json: ", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith($"models: task '{TestModels.Torn}' is left out. channels/stable.json: it is no channel pointer.", problem, StringComparison.Ordinal));
    }

    private async Task<JsonElement> GetAsync(string path) => await _host.Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
}
