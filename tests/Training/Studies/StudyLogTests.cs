using Understudy.Training.Studies;

namespace Understudy.Training.Tests.Studies;

public sealed class StudyLogTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(1)] // the end of the line
    [InlineData(20)]
    public void Add_AfterALineThatWasCutOff_IsFoundAgain(int missing)
    {
        Add(new(_file), "before", 0.5);
        Add(new(_file), "cut off", 0.6);
        File.WriteAllText(_file, File.ReadAllText(_file)[..^missing]);
        var log = new StudyLog(_file);
        Add(log, "after", 0.7);
        Add(log, "last", 0.8);

        var again = new StudyLog(_file);

        Assert.Equal([0.5, missing == 1 ? 0.6 : null, 0.7, 0.8], new[] { "before", "cut off", "after", "last" }.Select(arm => again.Find("settings", arm, 17)?.Score));
        Assert.DoesNotContain("", File.ReadLines(_file));
    }

    private static void Add(StudyLog log, string arm, double score) => log.Add("settings", arm, 17, new(score, new Dictionary<string, double>()), 1);
}
