using Understudy.Cli.Optimization;
using Understudy.Inference.Cascades;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Tests.Optimization;

/// <summary>A student that takes 1 ms and a lead that takes 100; shortened, the lead takes 40 and is wrong on every fourth record.</summary>
public sealed class ServingGridTests
{
    private const int Records = 400;

    private static readonly float[] Happy = [0.9f, 0.1f], Sad = [0.2f, 0.8f];

    [Fact]
    public void Choose_StudentIsRight_ItAnswersAlone()
    {
        var grid = Grid(student: _ => Happy);

        var point = grid.Point(ParetoTest.Choose(grid.Candidates, new(0.05, 0.1), seed: 1).Candidate!.Value);

        Assert.Equal((1.0, 1.0, 1.0, "none"), (point.Accuracy, point.StudentShare, point.Milliseconds, point.Compression));
        Assert.Equal(0.01, point.CostRatio, 1e-12);
    }

    [Fact]
    public void Choose_StudentAndShortenedLeadAreWrong_TheLeadAnswersAloneAndReadsAll()
    {
        var grid = Grid(student: _ => Sad);

        var point = grid.Point(ParetoTest.Choose(grid.Candidates, new(0.05, 0.1), seed: 1).Candidate!.Value);

        Assert.Equal((1.0, 0.0, 100.0, "none"), (point.Accuracy, point.StudentShare, point.Milliseconds, point.Compression));
        Assert.True(point.Thresholds["student"] > 1);
    }

    [Fact]
    public void Front_CheaperAndWorseToDearerAndBetter_HasBoth()
    {
        var front = Grid(student: i => i % 2 == 0 ? Happy : Sad).Front();

        Assert.Equal(front.OrderBy(point => point.Milliseconds).ThenBy(point => point.Accuracy), front);
        Assert.Equal((0.5, 1.0), (front[0].Accuracy, front[0].Milliseconds));
        Assert.Equal(1, front[^1].Accuracy);
    }

    [Fact]
    public void Serve_StudentJoinsTheOneBefore_OnlyWhereThatIsAsked()
    {
        // By itself the second is wrong; the first outvotes it.
        var way = new RecordedWay("none", new([0], [[Happy, Sad, Happy]]), 0, [1, 10, 100], 1);
        TierManifest[] students = [Student("first"), Student("second") with { Pool = [2, 1] }];

        Assert.Equal((1.0, 11.0), Served(1, 0.5));
        Assert.Equal((0.0, 10.0), Served(2, 0.5));

        (double, double) Served(double first, double second)
        {
            var point = ServingGrid.Serve(way, way, students, [first, second], ensemble: null);
            return (point.Accuracy, point.Milliseconds);
        }
    }

    [Fact]
    public void Serve_NoStudentIsAsked_CostsWhatTheLeadAloneDoes()
    {
        var way = new RecordedWay("ratio:4", new([0], [[Happy, Happy]]), 5, [1, 10], 0.25);

        Assert.Equal(1, ServingGrid.Serve(way, way, [Student("first")], [2], ensemble: null).CostRatio);
    }

    private static TierManifest Student(string name) => new() { Name = name, Role = "student", Kind = "linear", Model = $"{name}.bin" };

    private static ServingGrid Grid(Func<int, float[]> student)
    {
        int[] truths = new int[Records];
        RecordedWay Way(string name, Func<int, float[]> lead, double milliseconds) =>
            new(name, new(truths, [.. Enumerable.Range(0, Records).Select(i => (float[][])[student(i), lead(i)])]), 0, [1, milliseconds], 1);
        return new([Way("none", _ => Happy, 100), Way("head:8", i => i % 4 == 0 ? Sad : Happy, 40)], [Student("student")], ensemble: null);
    }
}
