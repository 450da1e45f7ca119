/* The command table, nothing else. */
int main(void)
{
	return 0;
}
