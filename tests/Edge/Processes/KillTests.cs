using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Processes;

public sealed class KillTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Fact]
    public async Task Kill_AgainAndAgainInTheMiddleOfAnUpdate_EndsOnTheReleaseWhole()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await using (var first = await AgentProcess.StartAsync(Name, Data, Storage))
        {
            await Eventually.TrueAsync(async () => (await Cloud.StatusAsync(Name))?.Version == TestModels.First, "the first release serves");
        }

        await Cloud.OfferAsync(Name, TestModels.Second);
        var random = new Random(7);
        for (var kill = 0; kill < 6; kill++)
        {
            // From its start on: while it restores, fetches, tests or swaps.
            await using var doomed = await AgentProcess.StartAsync(Name, Data, Storage, wait: kill % 2 == 0);
            await Task.Delay(random.Next(kill % 2 == 0 ? 150 : 1500), Cancelled);
            await doomed.KillAsync();
        }

        await using var last = await AgentProcess.StartAsync(Name, Data, Storage);
        await Eventually.TrueAsync(async () => (await Cloud.StatusAsync(Name))?.Version == TestModels.Second, "the second release serves");
        using var response = await last.Http.PostAsJsonAsync("/infer", new { input = "you win" }, Cancelled);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(("spam", TestModels.Second), (answer.GetProperty("label").GetString(), answer.GetProperty("receipt").GetProperty("release").GetString()));
        var status = (await Cloud.StatusAsync(Name))!;
        Assert.Null(status.Refusal);
        Assert.Equal((await Cloud.FolderAsync(Name)).Tasks[TestModels.Task].Current.Sequence, status.Sequence);
    }
}
