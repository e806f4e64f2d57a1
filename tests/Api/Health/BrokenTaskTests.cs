using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Health;

/// <summary>A host one of whose tasks has a definition that is wrong.</summary>
public sealed class BrokenTaskTests : IAsyncLifetime
{
    private readonly TestHost _host = new();

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        TestModels.WriteBroken(_host.Settings.ModelsFolder);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/api/tasks", "tasks", "name")]
    [InlineData("/v1/models", "data", "id")]
    public async Task List_OneIsBroken_HasTheOthers(string list, string entries, string name)
    {
        var listed = (await GetAsync(list)).GetProperty(entries);

        Assert.Equal(TestModels.Task, Assert.Single(listed.EnumerateArray()).GetProperty(name).GetString());
    }

    [Fact]
    public async Task Ready_OneIsBroken_IsReadyAndSaysWhatIsWrong()
    {
        var report = await GetAsync("/health/ready");

        Assert.Equal("ready", report.GetProperty("status").GetString());
        Assert.StartsWith($"models: task '{TestModels.Broken}' is left out. task.json: ", Assert.Single(report.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> GetAsync(string path) => await _host.Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
}
