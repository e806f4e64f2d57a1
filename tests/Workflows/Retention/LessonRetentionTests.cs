using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retention;

namespace Understudy.Workflows.Tests.Retention;

public sealed class LessonRetentionTests : IAsyncLifetime
{
    private readonly TestHost _host = new("--Retraining:Automatic=false") { Define = task => task with { Lessons = new(RetentionDays: 7) } };

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Forget_TaskThatIsNeverRetrained_KeepsItsLessonsAsLongAsItSays()
    {
        var lessons = _host.Blob(BlobContainers.TeacherOutputs, $"{TestModels.Task}/lessons.jsonl");
        await lessons.UploadAsync(new BinaryData("{}\n"), TestContext.Current.CancellationToken);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(6.9));
        var retention = new LessonRetention(_host.Blobs, _host.Service<ReleaseCatalog>(), time, NullLogger<LessonRetention>.Instance);

        Assert.Equal(0, await retention.ForgetAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(0, await retention.ForgetAsync(TestContext.Current.CancellationToken)); // once an hour
        time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(1, await retention.ForgetAsync(TestContext.Current.CancellationToken));
        Assert.False(await lessons.ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Forget_AnotherTaskIsWrong_DoesNotWaitForIt()
    {
        TestModels.WriteBroken(_host.Settings.ModelsFolder);
        await _host.Blob(BlobContainers.TeacherOutputs, $"{TestModels.Task}/lessons.jsonl").UploadAsync(new BinaryData("{}\n"), TestContext.Current.CancellationToken);
        var retention = new LessonRetention(
            _host.Blobs, _host.Service<ReleaseCatalog>(), new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(8)), NullLogger<LessonRetention>.Instance);

        Assert.Equal(1, await retention.ForgetAsync(TestContext.Current.CancellationToken));
    }
}
