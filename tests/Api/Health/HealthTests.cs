using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Health;

public sealed class HealthTests(TestHost host)
{
    [Fact]
    public async Task Live_Always_Answers() => Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/live")).StatusCode);

    [Fact]
    public async Task Ready_AllThere_IsReady() => Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/ready")).StatusCode);

    [Fact]
    public async Task Tasks_Defined_AreListedWithTheirRelease()
    {
        var task = (await host.Http.GetFromJsonAsync<JsonElement>("/api/tasks")).GetProperty("tasks")[0];

        Assert.Equal("mail", task.GetProperty("name").GetString());
        Assert.Equal(["ham", "spam"], task.GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(TestModels.First, task.GetProperty("release").GetString());
    }
}
