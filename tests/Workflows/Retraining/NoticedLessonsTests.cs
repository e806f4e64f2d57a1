using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Time.Testing;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class NoticedLessonsTests(TestHost host)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Requests _requests = new();

    [Fact]
    public async Task Look_Again_ReadsOnlyWhereNewOnesAreWritten()
    {
        await DropAsync("often", "2020/01/02/old.jsonl", 40);
        await DropAsync("often", $"{Today()}new.jsonl", 5);
        var noticed = Noticed();
        Assert.Equal((2, 45), await LookAsync(noticed, "often"));
        _requests.Prefixes.Clear();

        await DropAsync("often", $"{Today()}newer.jsonl", 6);
        await DropAsync("often", "by-hand.jsonl", 7);
        Assert.Equal((4, 58), await LookAsync(noticed, "often"));

        Assert.Equal(["often/ /", $"often/{Day(-1)}", $"often/{Today()}"], _requests.Prefixes);
    }

    [Fact]
    public async Task Look_FileDroppedAmongOldOnes_IsFoundWithinTheHour()
    {
        var noticed = Noticed();
        Assert.Equal((0, 0), await LookAsync(noticed, "late"));
        await DropAsync("late", "2020/01/02/late.jsonl", 9);
        Assert.Equal((0, 0), await LookAsync(noticed, "late"));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal((1, 9), await LookAsync(noticed, "late"));
    }

    [Fact]
    public async Task Look_WhatWasSeen_IsNotNewAndCounts()
    {
        await DropAsync("seen", "2020/01/02/old.jsonl", 40);
        await DropAsync("seen", $"{Today()}new.jsonl", 5);
        var noticed = Noticed();
        await LookAsync(noticed, "seen");

        var (fresh, all) = await noticed.LookAsync("seen", LessonMark.Of(await new LessonShelf(host.Blobs).ListAsync("seen", TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);

        Assert.Empty(fresh);
        Assert.Equal(45, all);
    }

    private static async Task<(int Fresh, long All)> LookAsync(NoticedLessons noticed, string task)
    {
        var (fresh, all) = await noticed.LookAsync(task, LessonMark.None, TestContext.Current.CancellationToken);
        return (fresh.Count, all);
    }

    private NoticedLessons Noticed()
    {
        var options = new BlobClientOptions();
        options.AddPolicy(_requests, HttpPipelinePosition.PerCall);
        return new(new(new BlobServiceClient(host.Host.StorageConnection, options)), _time);
    }

    private string Today() => Day(0);

    private string Day(int days) => _time.GetUtcNow().AddDays(days).UtcDateTime.ToString("yyyy'/'MM'/'dd'/'", System.Globalization.CultureInfo.InvariantCulture);

    private Task DropAsync(string task, string name, int lessons) => host.Blob(BlobContainers.TeacherOutputs, $"{task}/{name}").UploadAsync(
        new BinaryData("{}"), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["lessons"] = $"{lessons}" } }, TestContext.Current.CancellationToken);

    /// <summary>What was listed: the prefix, and the delimiter where there is one.</summary>
    private sealed class Requests : HttpPipelineSynchronousPolicy
    {
        public List<string> Prefixes { get; } = [];

        public override void OnSendingRequest(HttpMessage message)
        {
            var query = System.Web.HttpUtility.ParseQueryString(message.Request.Uri.Query);
            Prefixes.Add($"{query["prefix"]} {query["delimiter"]}".TrimEnd());
        }
    }
}
