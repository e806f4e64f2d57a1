using System.Globalization;
using Understudy.Edge.Escalation;
using Understudy.Edge.Reports;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Reports;

/// <summary>How hard examples go up on a line that does not carry them.</summary>
public sealed class HardExamplesPacingTests : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly TestSite _site;
    private readonly SlowLine _line = new(64 << 10);
    private readonly SetClock _time = new();
    private readonly HardExamples _examples;

    public HardExamplesPacingTests()
    {
        _site = TestSite.Build(_folder.At("site"), "UseDevelopmentStorage=true", "site", "--Edge:PollSeconds=30");
        _examples = Examples(new EdgeOptions().UploadBytesPerDay);
    }

    private EscalationQueue Queue => _site.Service<EscalationQueue>();

    private int Left => Queue.Count(TestModels.Task);

    [Theory]
    [InlineData(60_000, 150)]
    [InlineData(3_000, 30)]
    [InlineData(600, 20)] // a record at a time
    public async Task SlowLine_SendsAsMuchAtOnceAsArrivesInTimeWithinTheDaysBytes(int mostInTime, int arrived)
    {
        Add(Enumerable.Repeat(300, 300));
        _line.MostInTime = mostInTime;
        var examples = Examples(160 << 10);
        var sent = 0;
        for (var look = 0; look < 150; look++)
        {
            sent += await SentAsync(examples);
            _time.Pass(Look);
        }

        Assert.InRange(sent, arrived, 300);
        Assert.Equal(300 - sent, Left);
        Assert.InRange(_line.Bytes, 1, 160 << 10);
    }

    [Fact]
    public async Task DaysBytesAreAsGoodAsUnlimited_SlowLineStillCarriesWhatItCan()
    {
        Add(Enumerable.Repeat(300, 300));
        _line.MostInTime = 2_000;

        await LooksAsync(120, examples: Examples(long.MaxValue));

        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task FileIsLongAndItsLineShort_GoesOnALineThatCarriesIt()
    {
        Add([12_000], confidence: 0.1);
        Queue.Add(HardExamplesTests.Waiting(new string('1', 14_000)) with { Confidence = 0.2 }); // a number, which is taken out
        _line.MostInTime = 10_000;

        await LooksAsync(3);

        Assert.Equal(12_000, Assert.Single(Queue.Hardest(TestModels.Task)).Text.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task RecordsTheLineNeverCarries_TakeAFifthOfEachDaysBytesWhateverTheirTasks(int tasks)
    {
        for (var task = 0; task < tasks; task++)
        {
            Queue.Add(HardExamplesTests.Waiting(new string('a', 60_000)) with { Task = $"long{task}" });
        }

        _line.MostInTime = 2_000;
        for (var day = 0; day < 6; day++)
        {
            long wasted = 0;
            for (var look = 0; look < 96; look++)
            {
                Add([200]);
                for (var task = 0; task < tasks; task++)
                {
                    var before = _line.Bytes;
                    await SentAsync(task: $"long{task}");
                    wasted += _line.Bytes - before;
                }

                await SentAsync();
                Assert.Equal(0, Left);
                _time.Pass(TimeSpan.FromMinutes(15));
            }

            Assert.InRange(wasted, 1, (new EdgeOptions().UploadBytesPerDay / 5) + 61_000);
        }
    }

    [Theory]
    [InlineData(100_000, 2)]
    [InlineData(20_000, 4)]
    public async Task RecordTheLineDoesNotCarry_HoldsUpNoShorterOneAndGoesOnceItCan(int length, int mostAttempts)
    {
        Add([length], confidence: 0.1);
        _line.MostInTime = 2_000;
        for (var look = 0; look < 32; look++)
        {
            Add([200]);
            await SentAsync();
            await SentAsync();
            Assert.Equal(1, Left);
            _time.Pass(TimeSpan.FromMinutes(15));
        }

        Assert.InRange(_line.Bytes, length, ((length + 200) * mostAttempts) + (32 * 400));
        _line.MostInTime = 1 << 20;
        await LooksAsync(48, TimeSpan.FromMinutes(15));
        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task LongRecordTookTooLongAndThenBrokeOff_ShortOneGoesFirst()
    {
        Add([20_000], confidence: 0.1);
        _line.MostInTime = 0;
        await LooksAsync(1);
        (_line.MostInTime, _line.MostUnbroken) = (64 << 10, 0);
        await LooksAsync(1, TimeSpan.FromHours(3));
        await LooksAsync(1);
        Assert.InRange(_line.Bytes, 40_000, 41_000);
        _line.MostUnbroken = int.MaxValue;
        Add([200]);

        Assert.Equal(1, await SentAsync());

        Assert.Equal(20_000, Assert.Single(Queue.Hardest(TestModels.Task)).Text.Length);
        await LooksAsync(12, TimeSpan.FromMinutes(15));
        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task LineStallsAgainAfterARecovery_AllAreUpWithinTheHour()
    {
        Add([1500, 1600, 1700, 1800]);
        foreach (var most in (int[])[0, 0, 0, 64 << 10, 0])
        {
            _line.MostInTime = most;
            var before = _line.Bytes;
            for (var look = 0; look < 60 && _line.Bytes == before; look++)
            {
                await LooksAsync(1);
            }
        }

        _line.MostInTime = 64 << 10;
        await LooksAsync(120);

        Assert.Equal(0, Left);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(24)]
    public async Task LineIsWellAgain_AllGoWithinTheHour(int hours)
    {
        Add(Enumerable.Repeat(300, 200));
        Add([3_900], confidence: 0.1);
        Add([20_000], confidence: 0.9); // twice as much may go each time that one arrives
        _line.MostInTime = 0;
        await LooksAsync(hours * 120);
        _line.MostInTime = 64 << 10;

        await LooksAsync(120);

        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task LineStallsEveryTenMinutes_LongRecordGoesAllTheSame()
    {
        Add([60_000]);
        for (var look = 0; look < 12 * 60; look++)
        {
            Add([200]);
            _line.MostInTime = look % 10 == 0 ? 0 : 64 << 10;
            await SentAsync();
            await SentAsync();
            _time.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.DoesNotContain(Queue.Hardest(TestModels.Task), input => input.Text.Length > 200);
    }

    [Theory]
    [InlineData(300)] // fits into what is left of the day's bytes
    [InlineData(600)]
    public async Task LongRecordBrokeOff_HoldsUpNoOther(int kilobytes)
    {
        Add([kilobytes << 10], confidence: 0.1);
        _line.MostInTime = 1 << 20;
        _line.MostUnbroken = 0;
        await LooksAsync(1);
        _line.MostUnbroken = int.MaxValue;
        Add([200]);

        Assert.Equal(1, await SentAsync(longer: false));

        Assert.Equal(kilobytes << 10, Assert.Single(Queue.Hardest(TestModels.Task)).Text.Length);
        await LooksAsync(4, TimeSpan.FromDays(1));
        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task LineBreaksWhatIsLong_SendsShorterPieces()
    {
        Add(Enumerable.Repeat(300, 300));
        _line.MostUnbroken = 10_000;

        await LooksAsync(240);

        Assert.InRange(300 - Left, 150, 300);
    }

    [Fact]
    public async Task LineBreaksEverythingForHours_LeavesBytesOfTheDay()
    {
        Add(Enumerable.Repeat(300, 1000));
        _line.MostUnbroken = 0;

        await LooksAsync(12 * 120);

        Assert.InRange(_line.Bytes, 1, new EdgeOptions().UploadBytesPerDay / 2);
    }

    [Fact]
    public async Task ClockWasAheadDuringAStall_IsTriedAgainAfterThePause()
    {
        Add([1_000]);
        _time.SetBack(-TimeSpan.FromDays(31));
        _line.MostInTime = 0;
        await LooksAsync(1);
        _time.SetBack(TimeSpan.FromDays(31));
        _line.MostInTime = 64 << 10;

        await LooksAsync(20);

        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task RecordIsKnownToBeTooLong_IsPassedOverUnread()
    {
        Add([20_000]);
        _line.MostInTime = 2_000;
        await LooksAsync(1);
        var entry = Assert.Single(Directory.GetFiles(Path.Combine(_folder.At("site"), "queue", TestModels.Task), "*.json"));
        await File.WriteAllTextAsync(entry, "set aside where it is read", TestContext.Current.CancellationToken);
        await LooksAsync(1);
        Assert.True(File.Exists(entry));

        await LooksAsync(1, TimeSpan.FromHours(3));
        await LooksAsync(1);

        Assert.False(File.Exists(entry));
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _line.Dispose();
        _folder.Dispose();
    }

    private void Add(IEnumerable<int> lengths, double confidence = 0.5)
    {
        foreach (var length in lengths)
        {
            Queue.Add(HardExamplesTests.Waiting(new string('a', length)) with { Confidence = confidence });
        }
    }

    /// <summary>As the pump looks: until nothing goes, and so again for what goes alone.</summary>
    private async Task LooksAsync(int looks, TimeSpan? apart = null, HardExamples? examples = null)
    {
        for (var look = 0; look < looks; look++)
        {
            foreach (var longer in (bool[])[false, true])
            {
                while (await SentAsync(examples, longer: longer) > 0)
                {
                }
            }

            _time.Pass(apart ?? Look);
        }
    }

    private async Task<int> SentAsync(HardExamples? examples = null, string task = TestModels.Task, bool longer = true)
    {
        var sent = 0;
        await Record.ExceptionAsync(async () => sent = await (examples ?? _examples).UploadAsync(task, TestContext.Current.CancellationToken, longer));
        return sent;
    }

    private HardExamples Examples(long bytesPerDay) =>
        _line.Examples(_site, new UploadBudget(_folder.At(bytesPerDay.ToString(CultureInfo.InvariantCulture)), bytesPerDay, _time), _time);
}
