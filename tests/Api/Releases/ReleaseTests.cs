using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Releases;

/// <summary>Moves channels, so it has a host of its own.</summary>
public sealed class ReleaseTests : IAsyncLifetime
{
    private readonly TestHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task PromoteAndRollback_TwoReleases_MoveStableThereAndBack()
    {
        Assert.Equal(TestModels.First, await ServingAsync());

        var promoted = await PostAsync($"/api/tasks/mail/releases/{TestModels.Second}/promote");
        Assert.Equal((TestModels.Second, TestModels.First), Channels(promoted));
        Assert.Equal(TestModels.Second, await ServingAsync());

        var back = await PostAsync("/api/tasks/mail/rollback");
        Assert.Equal(TestModels.First, Channels(back).Stable);
        Assert.Equal(TestModels.First, await ServingAsync());
    }

    [Fact]
    public async Task Promote_Unknown_SaysSo() => await ProblemAssert.IsAsync(
        await _host.Http.PostAsync("/api/tasks/mail/releases/9.9.9/promote", null), HttpStatusCode.NotFound, "unknown-release", "version");

    [Fact]
    public async Task Promote_Broken_ListsProblemsAndKeepsServing()
    {
        await File.AppendAllTextAsync(Path.Combine(_host.Settings.ModelsFolder, TestModels.Task, TestModels.Second, "lead.bin"), "x");

        var response = await _host.Http.PostAsync($"/api/tasks/mail/releases/{TestModels.Second}/promote", null);

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "invalid-release", "version");
        Assert.Contains("lead.bin", problem.GetProperty("problems")[0].GetString());
        Assert.Equal(TestModels.First, await ServingAsync());
    }

    [Fact]
    public async Task Releases_UnknownTask_SaysSo() => await ProblemAssert.IsAsync(
        await _host.Http.GetAsync("/api/tasks/nothing/releases"), HttpStatusCode.NotFound, "unknown-task", "task");

    private static (string? Stable, string? Previous) Channels(JsonElement list) =>
        (list.GetProperty("stable").GetString(), list.TryGetProperty("previous", out var previous) ? previous.GetString() : null);

    private async Task<JsonElement> PostAsync(string path) =>
        await (await _host.Http.PostAsync(path, null)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();

    private async Task<string?> ServingAsync() =>
        (await (await _host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "win" })).Content.ReadFromJsonAsync<JsonElement>())
        .GetProperty("receipt").GetProperty("release").GetString();
}
