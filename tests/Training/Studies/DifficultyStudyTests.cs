using Understudy.Training.Studies;

namespace Understudy.Training.Tests.Studies;

public sealed class DifficultyStudyTests
{
    [Theory]
    [InlineData(0.0, 0.3)]
    [InlineData(0.1, 0.6)] // the three at 0.7, of which one is lost
    [InlineData(0.2, 0.6)] // not one of the two at 0.6
    [InlineData(0.3, 0.8)]
    [InlineData(0.4, 1.0)]
    public void Answered_Losses_AsMuchAsIsAllowed(double allowed, double share) => Assert.Equal(
        share, DifficultyStudy.Answered([0.9, 0.5, 0.8, 0.7, 0.7, 0.6, 0.6, 0.5, 0.7, 0.95], [false, true, false, true, false, true, true, false, false, false], allowed), 1e-9);
}
