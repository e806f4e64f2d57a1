using System.Text;
using CsCheck;
using Understudy.Inference.Datasets;
using Understudy.Workflows.Batches;

namespace Understudy.Workflows.Tests.Batches;

public sealed class ShardPlannerTests
{
    private static readonly BatchSettings Settings = new(MaxRecords: 10_000, MaxCharacters: 1000, ShardRecords: 3, ShardsInFlight: 2);

    private static readonly Gen<string> Lines = Gen
        .OneOfConst("{\"text\":\"a\"}", "{\"text\":\"zwölf €\"}", "", "  ", "\t", "\v", "\f ", "\uFEFF", "\uFEFF \t", "\uFEFF{\"text\":\"b\"}", " \uFEFF", "no json", "{\"text\":\"a longer line than the others\"}")
        .Select(Gen.OneOfConst("\n", "\r\n"), (line, end) => line + end)
        .List[0, 40].Select(Gen.Bool, (lines, cut) => string.Concat(lines) is { Length: > 0 } all && cut ? all[..^1] : string.Concat(lines));

    [Fact]
    public void PlanAsync_AnyLines_ShardsReadAloneGiveWhatTheWholeGives() => Lines.Sample(text =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var plan = ShardPlanner.PlanAsync(new MemoryStream(bytes), Settings, CancellationToken.None).Result;
        var whole = Read(bytes, 1);
        var pieces = plan.Shards.SelectMany(shard => Read(bytes.AsSpan((int)shard.Offset, (int)shard.Bytes).ToArray(), shard.FirstLine)).ToList();

        Assert.Equal(whole, pieces);
        Assert.Equal(whole.Count, plan.Records);
        Assert.All(plan.Shards, shard => Assert.InRange(shard.Records, 1, Settings.ShardRecords));
    });

    [Fact]
    public void Feed_AnyPieces_GivesTheSameShards() => Gen.Select(Lines, Gen.Int[1, 9]).Sample((text, size) =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = new ShardCut(3, 64);
        whole.Feed(bytes);
        var pieces = new ShardCut(3, 64);
        foreach (var piece in bytes.Chunk(size))
        {
            pieces.Feed(piece);
        }

        Assert.Equal(whole.Finish(), pieces.Finish());
    });

    [Fact]
    public void Feed_LongLines_EndsAShardBySize()
    {
        var cut = new ShardCut(shardRecords: 100, shardBytes: 10);
        cut.Feed("123456789012\n1\n2\n"u8);

        Assert.Equal([new Shard(0, 0, 13, 1, 1), new Shard(1, 13, 4, 2, 2)], cut.Finish());
    }

    [Theory]
    [InlineData(10_000, null)]
    [InlineData(10_001, "The batch holds 10001 records; the limit is 10000.")]
    public async Task PlanAsync_AtTheLimit_OnlyPassesUpToIt(int records, string? problem)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{}\n", records)));

        var plan = await ShardPlanner.PlanAsync(new MemoryStream(bytes), Settings, CancellationToken.None);

        Assert.Equal(problem is null, plan.Problem is null);
        Assert.StartsWith(problem ?? "", plan.Problem ?? "");
    }

    [Fact]
    public async Task PlanAsync_BlankLinesOnly_SaysSo()
    {
        var plan = await ShardPlanner.PlanAsync(new MemoryStream("\n  \r\n"u8.ToArray()), Settings, CancellationToken.None);

        Assert.Contains("no records", plan.Problem);
    }

    private static List<(long Number, string Raw)> Read(byte[] bytes, long firstLine) =>
        [.. DatasetReader.ReadAsync(new MemoryStream(bytes), CancellationToken.None)
            .ToBlockingEnumerable().Select(line => (line.Number + firstLine - 1, line.Raw))];

    [Theory]
    [InlineData(1024, false, 3, 1024)]
    [InlineData(1024, false, 0, 256)]
    [InlineData(1024, false, 500, 120)]
    [InlineData(1024, false, 600_000, 1)]
    [InlineData(1024, true, 0, 256)]
    [InlineData(7, true, 0, 7)]
    [InlineData(7, false, 500, 7)]
    public void RecordsAShard_SlowOrDistantLead_AreFewer(int limit, bool isRemote, double leadMilliseconds, int expected) =>
        Assert.Equal(expected, BatchSettings.RecordsAShard(limit, isRemote, leadMilliseconds));
}
