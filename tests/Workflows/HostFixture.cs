using Understudy.Tests;

[assembly: AssemblyFixture(typeof(TestHost))]
